using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>The pictures as the network sees them.</summary>
internal sealed class Pixels(Preprocessing preprocessing) : Layer("pixels")
{
    private Tensor? _factor;                                                             // [1, C, 1, 1]
    private Tensor? _shift;                                                              // [1, C, 1, 1]

    public override int ChannelCount => preprocessing.ChannelCount;

    public override LayerExtent Extent(int size) => new(size, size);

    public override void Load(WeightsReader reader)
    {
        var deviation = tensor(preprocessing.Deviation.ToArray());
        var mean = tensor(preprocessing.Mean.ToArray());
        _factor = reader.Keep(deviation.reciprocal().view(1, -1, 1, 1));
        _shift = reader.Keep((mean / deviation).neg().view(1, -1, 1, 1));
    }

    public override Tensor Compute(ForwardPass pass)
    {
        var pixels = addcmul(_shift!, pass.Images, _factor!, HeldScalars.One);         // [N, C, H, W]
        return preprocessing.IsReversed ? pixels.flip(1) : pixels;
    }
}
