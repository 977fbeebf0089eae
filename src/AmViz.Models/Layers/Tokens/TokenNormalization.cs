using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>The layer-norm after the last block (Dosovitskiy et al. 2021, eq. 4).</summary>
internal sealed class TokenNormalization(string name, Layer input, TransformerShape shape) : TokenLayer(name, shape, input)
{
    private (Tensor Weight, Tensor Bias) _normalization;

    public override IReadOnlyList<TensorSpec> Tensors => Pair("norm", Shape.Width);

    public override void Load(WeightsReader reader) => _normalization = ReadPair(reader, "norm");

    public override Tensor Compute(ForwardPass pass) => Normalize(pass.Value(input), _normalization);
}

/// <summary>The class token by itself, <c>[N, D]</c>.</summary>
internal sealed class ClassToken(string name, Layer tokens) : Layer(name, tokens)
{
    public override int ChannelCount => tokens.ChannelCount;

    public override LayerExtent Extent(int size) => LayerExtent.One;

    public override Tensor Compute(ForwardPass pass) => pass.Value(tokens).select(1, 0);
}
