using System.Runtime.CompilerServices;
using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>What a person should know of a program or a graph, seen by its outputs.</summary>
internal static class ScriptRemarks
{
    /// <summary>Of weights that are no numbers.</summary>
    public const string NotFinite = "For a picture of noise it gives numbers that are not finite, so its weights probably are not either. Save it again from a sound state.";

    /// <summary>Of what a file cannot tell.</summary>
    public const string Correct = "Correct 'preprocessing' (or 'mean' and 'std') to what the network was trained with, name 'labels' if there are any, and say where it comes from.";

    private const double Tolerance = 1e-4;

    /// <summary>The function that made the second of the first, <c>softmax</c> or <c>sigmoid</c>; null for anything else.</summary>
    /// <remarks>An ascent on a probability lowers the other classes instead of drawing the wanted one (Simonyan et al. 2014, section 2), so logits are wanted.</remarks>
    public static string? NameOfSquashing(Tensor input, Tensor output)
    {
        if (input.dim() != 2 || !input.shape.SequenceEqual(output.shape))
        {
            return null;
        }

        return (input.shape[1] > 1 && allclose(input.softmax(1), output, Tolerance, Tolerance), allclose(input.sigmoid(), output, Tolerance, Tolerance)) switch
        {
            (true, _) => "softmax",
            (_, true) => "sigmoid",
            _ => null,
        };
    }

    /// <summary>Whether the rows are distributions, as a softmax makes them.</summary>
    public static bool AreProbabilities(Tensor classes) => classes.dim() == 2 && classes.shape[1] > 1
        && classes.ge(0).all().item<bool>() && allclose(classes.sum(1), ones(classes.shape[0]), Tolerance, Tolerance);

    /// <summary>Of the classes.</summary>
    /// <param name="classes"><c>[1, classes]</c>; null where there are none.</param>
    /// <param name="areProbabilities">Whether they are.</param>
    public static IEnumerable<string> OfClasses(Tensor? classes, bool areProbabilities)
    {
        if (areProbabilities)
        {
            yield return "Its classes are probabilities (they sum to 1): by \"output\": \"probabilities\" their logarithm is taken for logits. Better return what goes into the softmax.";
        }

        if (classes is not null && classes.dim() == 2 && classes.shape[1] == 1)
        {
            yield return "It has one output, so it is shown as two classes: 1 for which the output y speaks, with the probability sigmoid(y), and 0, which is its opposite. 'labels' may name both, or 1 alone.";
        }
    }

    /// <summary>Of layers that are returned together.</summary>
    /// <param name="tensors">The layers.</param>
    /// <param name="names">How they are called.</param>
    public static IEnumerable<string> OfTuple(Tensor[] tensors, string[] names)
    {
        for (var i = 1; i < tensors.Length; i++)
        {
            if (tensors[i].shape.SequenceEqual(tensors[i - 1].shape) && tensors[i].eq(tensors[i - 1]).all().item<bool>())
            {
                yield return $"'{names[i - 1]}' and '{names[i]}' are the same numbers: something that works in place, such as ReLU(inplace=True), probably overwrote the first. "
                    + "Return first.clone(), or save the network with inplace=False.";
            }
        }
    }

    /// <summary>Of the same picture twice.</summary>
    /// <param name="ofOne">What one picture gave.</param>
    /// <param name="ofTwo">What two gave; null where that failed.</param>
    /// <param name="error">Why it failed.</param>
    public static IEnumerable<string> OfBatches(Tensor[] ofOne, object? ofTwo, string? error)
    {
        var both = ofTwo switch
        {
            Tensor[] many => many,
            ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(index => tuple[index]).OfType<Tensor>()],
            _ => [],
        };
        if (both.Length != ofOne.Length || both.Any(values => values.dim() == 0 || values.shape[0] != 2))
        {
            yield return $"It takes one picture at a time{(error is null ? string.Empty : $" (of two torch says: {error})")}: their number was probably fixed when it was traced. "
                + "Draw with --batch 1, or save it by torch.jit.script.";
        }
    }

    /// <summary>What torch means by an error: of its pages the line that tells, which is the last where a program's own stack comes first.</summary>
    public static string Reason(Exception e)
    {
        var lines = e.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var telling = lines.LastOrDefault(line => line.StartsWith("RuntimeError:", StringComparison.Ordinal)) ?? lines.FirstOrDefault() ?? e.GetType().Name;
        var shortened = ErrorText.Shorten(telling.Replace("RuntimeError:", string.Empty, StringComparison.Ordinal).Trim(), longest: 300);
        return shortened.EndsWith('.') ? shortened : shortened + ".";
    }
}
