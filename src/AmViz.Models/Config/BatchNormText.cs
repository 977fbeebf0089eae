using System.Globalization;
using System.Text.RegularExpressions;

namespace AmViz.Models;

/// <summary>How weights hold batch-norm.</summary>
/// <param name="Folded">Whether it is already part of weight and bias.</param>
/// <param name="Epsilon">Added to the variance where it is not.</param>
internal sealed partial record BatchNormText(bool Folded, double Epsilon)
{
    /// <summary>Whether the configuration tells it; else the tensors of the file do.</summary>
    public bool FormIsTold { get; init; }

    /// <summary>Reads <c>batchNorm</c>: <c>folded ...</c>, or <c>separate ...</c> with <c>epsilon 1e-3</c> somewhere in it.</summary>
    /// <param name="fields">Of <c>config.json</c>.</param>
    /// <param name="epsilon">What it is where none is told.</param>
    public static BatchNormText Read(ConfigFields fields, double epsilon)
    {
        var text = fields.Text("batchNorm", start: null, required: false);
        var folded = text?.StartsWith("folded", StringComparison.Ordinal) == true;
        if (text is not null && !folded && !text.StartsWith("separate", StringComparison.Ordinal))
        {
            fields.Refuse($"'batchNorm' is '{text}'; expected a text that begins with 'folded' or 'separate', or no such field: then the tensors of the file tell.");
        }

        return text is not null && EpsilonText().Match(text) is { Success: true } match
            ? new(folded, double.Parse(match.Groups["number"].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture)) { FormIsTold = true }
            : new(folded, epsilon) { FormIsTold = text is not null };
    }

    /// <summary>The same for an architecture whose definition settles the epsilon.</summary>
    /// <param name="fields">Of <c>config.json</c>.</param>
    /// <param name="epsilon">Of the definition; another one is refused.</param>
    public static (bool Folded, bool FormIsTold) ReadForm(ConfigFields fields, double epsilon)
    {
        var read = Read(fields, epsilon);
        if (read.Epsilon != epsilon)
        {
            fields.Refuse(FormattableString.Invariant($"'batchNorm' tells an epsilon of {read.Epsilon}; that of this architecture and definition is {epsilon}."));
        }

        return (read.Folded, read.FormIsTold);
    }

    [GeneratedRegex(@"epsilon (?<number>\d+(\.\d+)?(e-?\d{1,2})?)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex EpsilonText();
}
