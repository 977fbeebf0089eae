using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Mean and variance of every channel against those of natural pictures (Yin et al. 2020, equation 4).</summary>
/// <remarks>
/// The paper adds, over layers, the L2 norms of the differences of all means and of all variances over a batch. Here a difference of means is told in deviations of its channel and one of variances as a
/// share, and the root of the mean square takes the place of the norm: so one weight suits layers of any width and scale. A picture is held to it by itself and not by its batch, since pictures must not depend on each other.
/// </remarks>
internal sealed class MomentsDistance : ILayerDistance
{
    // Of the largest variance of the layer. What varies less is a channel that is off: it has no deviation to measure by.
    private const double LeastVariance = 1e-6;

    private const double Smallest = 1e-12;

    private readonly Tensor _mean;                                                       // [C']
    private readonly Tensor _variance;                                                   // [C']
    private readonly Tensor _channels;                                                   // [C'], those that vary

    /// <summary>Distances from <paramref name="natural"/>, of the channels that vary.</summary>
    public MomentsDistance(ChannelMoments natural)
    {
        _channels = natural.Variance.greater(natural.Variance.max().mul(HeldScalars.Of(LeastVariance))).nonzero().squeeze(1);
        (_mean, _variance) = (natural.Mean.index_select(0, _channels), natural.Variance.index_select(0, _channels));
    }

    /// <inheritdoc/>
    public Tensor Of(Tensor values)
    {
        var here = values.index_select(1, _channels);                                    // [N V, C', P]
        var mean = here.mean([2]);                                                       // [N V, C']
        var variance = Squared(here - mean.unsqueeze(2)).mean([2]);
        return RootMeanSquare((mean - _mean) / _variance.sqrt()).add(RootMeanSquare((variance / _variance).sub(HeldScalars.One)), HeldScalars.One);
    }

    // Tensor.square() hides a number: see HeldScalars.
    private static Tensor Squared(Tensor differences) => differences * differences;

    // At 0 the root has no gradient.
    private static Tensor RootMeanSquare(Tensor differences) => Squared(differences).mean([1]).clamp_min(HeldScalars.Of(Smallest)).sqrt();
}
