using AmViz.Weights;

namespace AmViz.Models;

/// <summary>Finds the weights that a <see cref="WeightShuffle"/> means.</summary>
internal static class ShuffleSearch
{
    /// <summary>Names of tensors, from a layer down.</summary>
    /// <typeparam name="T">What computes: layers, or nodes of a graph.</typeparam>
    /// <param name="from">What makes the layer.</param>
    /// <param name="inputs">What something reads.</param>
    /// <param name="kernels">Names of the kernels that something computes with.</param>
    /// <param name="shuffle">What is meant.</param>
    /// <exception cref="WeightsFormatException">There is none.</exception>
    public static IReadOnlySet<string> Find<T>(T from, Func<T, IEnumerable<T>> inputs, Func<T, IReadOnlyList<string>> kernels, WeightShuffle shuffle)
        where T : class
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<T> { from };
        var next = new Queue<T>(seen);
        while (next.TryDequeue(out var one))
        {
            var own = kernels(one);
            found.UnionWith(own);
            foreach (var input in own.Count > 0 && shuffle.Reach == ShuffleReach.Nearest ? [] : inputs(one).Where(seen.Add))
            {
                next.Enqueue(input);
            }
        }

        return found.Count > 0 ? found : throw new WeightsFormatException($"Layer '{shuffle.Layer}' is made without weights, so there is nothing to shuffle. Expected a layer behind a convolution or a linear map.");
    }
}
