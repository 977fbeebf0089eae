using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>All values of every channel, sorted, against those of reference photographs (Görgün et al. 2025, "VITAL": sort matching).</summary>
/// <remarks>Sorted, because what a photograph has and where it has it are two things, and only the first is asked for. The mean of the sorted values of several photographs is their barycentre under the Wasserstein distance.</remarks>
internal sealed class SortedDistance : ILayerDistance
{
    // Of the layer's own mean variance: keeps the noise of channels that are all but off from speaking as loud as the rest.
    private const double LeastVariance = 1e-3;

    private readonly Tensor _sorted;                                                     // [N V, C, P]
    private readonly Tensor _precision;                                                  // [N V, C, 1]

    /// <summary>Distances from the barycentre of photographs.</summary>
    /// <param name="references">What the layer makes of K photographs for each picture: <c>[N V, K, C, P]</c>.</param>
    public SortedDistance(Tensor references)
    {
        var variance = references.var([1, 3], unbiased: false, keepdim: false).unsqueeze(2);
        _precision = variance.add(variance.mean([1, 2], keepdim: true), HeldScalars.Of(LeastVariance)).reciprocal();
        _sorted = references.sort(3).Values.mean([1]);
    }

    /// <inheritdoc/>
    public Tensor Of(Tensor values)
    {
        var sorted = values.sort(2).Values;
        var differences = sorted - ForPositions(sorted.shape[2]);
        return (differences * differences * _precision).mean([1, 2]);
    }

    // Pictures that are padded have more positions than the photographs: the quantiles are the same.
    private Tensor ForPositions(long positions)
        => _sorted.shape[2] == positions ? _sorted : nn.functional.interpolate(_sorted, [positions], mode: InterpolationMode.Linear, align_corners: true);
}
