using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>A layer-norm of every token: the one after the last block (Dosovitskiy et al. 2021, eq. 4), or CLIP's before the first.</summary>
/// <param name="name">As it is listed.</param>
/// <param name="input">Tokens.</param>
/// <param name="shape">The network's measures.</param>
/// <param name="tensorName">Its tensors are called <c>tensorName.weight</c> and <c>.bias</c>.</param>
internal sealed class TokenNormalization(string name, Layer input, TransformerShape shape, string tensorName) : TokenLayer(name, shape, input)
{
    private LinearMap _normalization;

    public override IReadOnlyList<TensorSpec> Tensors => LinearMap.Specs(tensorName, Shape.Width);

    public override void Load(WeightsReader reader) => _normalization = LinearMap.Read(reader, tensorName);

    public override Tensor Compute(ForwardPass pass) => Normalize(pass.Value(input), _normalization);
}
