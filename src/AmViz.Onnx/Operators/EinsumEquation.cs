using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>The equation of Einsum, looked at before torch sees it.</summary>
/// <remarks>One term an input, of a letter an axis, and <c>...</c> for any number of axes; after <c>-></c> the axes of the result, else all letters that stand once, in order.</remarks>
internal static class EinsumEquation
{
    private const string Ellipsis = "...";

    private const int LongestEquation = 1000;

    /// <summary>The equation without blanks.</summary>
    /// <exception cref="WeightsFormatException">It is no equation, or does not fit the inputs.</exception>
    public static string Check(OperatorCall call, IReadOnlyList<Tensor> tensors)
    {
        var equation = call.Attributes.Text("equation", string.Empty);
        if (equation.Length > LongestEquation)
        {
            throw call.Node.Refuse($"has an equation of {equation.Length} characters; at most {LongestEquation} are read. Export the network again.");
        }

        equation = equation.Replace(" ", string.Empty, StringComparison.Ordinal);
        var sides = equation.Split("->");
        var terms = sides[0].Split(',');
        if (sides.Length > 2 || terms.Length != tensors.Count)
        {
            throw Wrong(call, equation, $"expected one term for each of {tensors.Count} inputs");
        }

        var sizes = new Dictionary<char, long>();
        for (var i = 0; i < terms.Length; i++)
        {
            Measure(call, equation, terms[i], tensors[i].shape, sizes);
        }

        if (sides.Length == 2)
        {
            var (before, after, _) = Parts(call, equation, sides[1]);
            var letters = before + after;
            if (letters.Distinct().Count() != letters.Length || letters.Any(letter => !sizes.ContainsKey(letter)))
            {
                throw Wrong(call, equation, "a letter of the result stands there twice, or in no term");
            }
        }

        return equation;
    }

    private static void Measure(OperatorCall call, string equation, string term, long[] shape, Dictionary<char, long> sizes)
    {
        var (before, after, hasEllipsis) = Parts(call, equation, term);
        if (hasEllipsis ? before.Length + after.Length > shape.Length : before.Length != shape.Length)
        {
            throw Wrong(call, equation, $"the term '{term}' does not fit the shape [{string.Join(", ", shape)}]");
        }

        var axes = before.Select((letter, i) => (letter, size: shape[i])).Concat(after.Select((letter, i) => (letter, size: shape[shape.Length - after.Length + i])));
        foreach (var (letter, size) in axes)
        {
            if (sizes.TryGetValue(letter, out var known) && known != size && known != 1 && size != 1)
            {
                throw Wrong(call, equation, $"the axis '{letter}' has {known} and {size} places");
            }

            sizes[letter] = Math.Max(size, known);
        }
    }

    private static (string Before, string After, bool HasEllipsis) Parts(OperatorCall call, string equation, string term)
    {
        var parts = term.Split(Ellipsis);
        return parts.Length <= 2 && parts.All(part => part.All(char.IsAsciiLetter))
            ? (parts[0], parts.Length == 2 ? parts[1] : string.Empty, parts.Length == 2)
            : throw Wrong(call, equation, $"the term '{term}' may have letters and one ellipsis only");
    }

    private static WeightsFormatException Wrong(OperatorCall call, string equation, string problem)
        => call.Node.Refuse($"has the equation '{ErrorText.Shorten(equation)}': {ErrorText.Shorten(problem, longest: 300)}. Export the network again.");
}
