using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>A layer-norm over the channels of each position of a map.</summary>
/// <param name="name">As it is listed.</param>
/// <param name="input">What it reads, <c>[N, C, H, W]</c>.</param>
/// <param name="tensorName">Its tensors are called <c>tensorName.weight</c> and <c>.bias</c>.</param>
/// <param name="epsilon">Added to the variance.</param>
internal sealed class ChannelNormalization(string name, Layer input, string tensorName, double epsilon) : Layer(name, input)
{
    private LinearMap _normalization;

    public override int ChannelCount => input.ChannelCount;

    public override IReadOnlyList<TensorSpec> Tensors => LinearMap.Specs(tensorName, ChannelCount);

    public override LayerExtent Extent(int size) => input.Extent(size);

    public override void Load(WeightsReader reader) => _normalization = LinearMap.Read(reader, tensorName);

    public override Tensor Compute(ForwardPass pass) => MapAxes.ChannelsFirst(
        F.layer_norm(MapAxes.ChannelsLast(pass.Value(input)), [ChannelCount], _normalization.Weight, _normalization.Bias, epsilon));
}
