using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>A layer-norm of a vector.</summary>
/// <param name="name">As it is listed.</param>
/// <param name="input">What it reads, <c>[N, C]</c>.</param>
/// <param name="tensorName">Its tensors are called <c>tensorName.weight</c> and <c>.bias</c>.</param>
/// <param name="epsilon">Added to the variance.</param>
internal sealed class VectorNormalization(string name, Layer input, string tensorName, double epsilon) : VectorLayer(name, input)
{
    private LinearMap _normalization;

    public override IReadOnlyList<TensorSpec> Tensors => LinearMap.Specs(tensorName, ChannelCount);

    public override void Load(WeightsReader reader) => _normalization = LinearMap.Read(reader, tensorName);

    public override Tensor Compute(ForwardPass pass)
        => F.layer_norm(pass.Value(input), [ChannelCount], _normalization.Weight, _normalization.Bias, epsilon);
}
