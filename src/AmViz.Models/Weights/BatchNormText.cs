using System.Globalization;
using System.Text.RegularExpressions;

namespace AmViz.Models;

/// <summary>How weights hold batch-norm.</summary>
/// <param name="Folded">Whether it is already part of weight and bias.</param>
/// <param name="Epsilon">Added to the variance where it is not.</param>
internal sealed partial record BatchNormText(bool Folded, double Epsilon)
{
    /// <summary>Reads <c>batchNorm</c>: <c>folded ...</c>, or <c>separate ...</c> with <c>epsilon 1e-3</c> somewhere in it.</summary>
    /// <param name="fields">Of <c>config.json</c>.</param>
    /// <param name="epsilon">What it is where none is told.</param>
    public static BatchNormText Read(ConfigFields fields, double epsilon)
    {
        string text = fields.Text("batchNorm", start: null) ?? "folded";
        bool folded = text.StartsWith("folded", StringComparison.Ordinal);
        if (!folded && !text.StartsWith("separate", StringComparison.Ordinal))
        {
            fields.Refuse($"'batchNorm' is '{text}'; expected a text that begins with 'folded' or 'separate'.");
        }

        return EpsilonText().Match(text) is { Success: true } match
            ? new(folded, double.Parse(match.Groups["number"].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture))
            : new(folded, epsilon);
    }

    [GeneratedRegex(@"epsilon (?<number>\d+(\.\d+)?(e-?\d{1,2})?)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex EpsilonText();
}
