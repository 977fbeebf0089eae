using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Photographs that pictures are held to, as one network sees them; what it makes of them is asked once.</summary>
/// <param name="network">The network.</param>
/// <param name="images"><c>[M, C, H, W]</c>, of the size of the pictures.</param>
internal sealed class ReferenceImages(INetwork network, Tensor images) : IDisposable
{
    private const int ShownAtOnce = 8;

    private readonly Dictionary<string, ChannelMoments> _moments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _means = new(StringComparer.Ordinal);

    /// <summary>Mean and variance of a layer's channels over all positions of all photographs.</summary>
    public ChannelMoments Moments(string layer)
    {
        if (!_moments.TryGetValue(layer, out var moments))
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var (sums, squares, count) = (new List<Tensor>(), new List<Tensor>(), 0L);
            foreach (var some in images.split(ShownAtOnce))
            {
                var values = network.Forward(some, layer).flatten(2).to(ScalarType.Float64);
                sums.Add(values.sum([0, 2]));
                squares.Add((values * values).sum([0, 2]));
                count += values.shape[0] * values.shape[2];
            }

            using Scalar share = 1.0 / count;
            var mean = stack(sums).sum(dim: 0).mul(share);
            var variance = stack(squares).sum(dim: 0).mul(share).sub(mean * mean).clamp_min(HeldScalars.Zero);
            moments = new(Kept(mean), Kept(variance));
            _moments.Add(layer, moments);
        }

        return moments;
    }

    /// <summary>What a layer makes of the photographs that excite a channel most.</summary>
    /// <param name="layer">Whose values are wanted.</param>
    /// <param name="target">Layer of the channel.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="count">How many photographs; all if there are fewer.</param>
    /// <returns><c>[K, C, P]</c>.</returns>
    public Tensor Strongest(string layer, string target, int channel, int count)
    {
        using var frozen = no_grad();
        var strongest = Means(target).select(1, channel).topk((int)Math.Min(count, images.shape[0])).indexes;
        return network.Forward(images.index_select(0, strongest), layer).flatten(2);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _moments.Values.SelectMany(moments => (Tensor[])[moments.Mean, moments.Variance]).Concat(_means.Values).Append(images))
        {
            tensor.Dispose();
        }
    }

    // [M, C]: the objective of a channel is its mean over positions.
    private Tensor Means(string layer)
    {
        if (!_means.TryGetValue(layer, out var means))
        {
            using var scope = NewDisposeScope();
            means = cat([.. images.split(ShownAtOnce).Select(some => network.Forward(some, layer)).Select(values => values.dim() == 2 ? values : values.flatten(2).mean([2]))])
                .DetachFromDisposeScope();
            _means.Add(layer, means);
        }

        return means;
    }

    private Tensor Kept(Tensor moment) => moment.to(images.dtype).DetachFromDisposeScope();
}
