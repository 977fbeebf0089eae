using AmViz.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>How a Vision Transformer is built.</summary>
/// <param name="PatchSize">Side of a patch in pixels.</param>
/// <param name="Grid">Patches in a row of the pictures it was trained on.</param>
/// <param name="Width">Hidden dimensions of a token.</param>
/// <param name="Heads">Heads of each attention.</param>
/// <param name="MlpWidth">Hidden units of each perceptron.</param>
/// <param name="Epsilon">Added to the variance by layer-norm.</param>
internal sealed record TransformerShape(int PatchSize, int Grid, int Width, int Heads, int MlpWidth, double Epsilon)
{
    /// <summary>The class token, then the patches row by row.</summary>
    public int TokensOf(int size) => 1 + size / PatchSize * (size / PatchSize);
}

/// <summary>A layer whose values are tokens, <c>[N, T, D]</c>, token 0 being the class token; shown as <c>[N, D, T, 1]</c>.</summary>
/// <param name="name">As it is listed.</param>
/// <param name="shape">The network's measures.</param>
/// <param name="inputs">Layers it reads.</param>
internal abstract class TokenLayer(string name, TransformerShape shape, params IReadOnlyList<Layer> inputs) : Layer(name, inputs)
{
    public override int ChannelCount => Shape.Width;

    public override int PrefixTokens => 1;

    protected TransformerShape Shape => shape;

    public override LayerExtent Extent(int size) => new(shape.TokensOf(size), 1);

    public override Tensor Pick(Tensor values, Tensor channels)
        => values.gather(2, channels.view(-1, 1, 1).expand(-1, values.shape[1], 1));       // [N, T, 1]

    public override Tensor Present(Tensor values) => values.transpose(1, 2).unsqueeze(3);

    /// <summary>A linear map of every token, one output for each picture.</summary>
    /// <param name="tokens"><c>[N, T, in]</c>.</param>
    /// <param name="map">Weight <c>[out, in]</c> and bias <c>[out]</c>.</param>
    /// <param name="channels"><c>[N]</c>.</param>
    /// <returns><c>[N, T, 1]</c>.</returns>
    protected static Tensor LinearChannels(Tensor tokens, (Tensor Weight, Tensor Bias) map, Tensor channels)
        => bmm(tokens, map.Weight.index_select(0, channels).unsqueeze(2)).add(map.Bias.index_select(0, channels).view(-1, 1, 1), HeldScalars.One);

    /// <summary>Layer-norm over the hidden dimensions.</summary>
    protected Tensor Normalize(Tensor tokens, (Tensor Weight, Tensor Bias) norm)
        => F.layer_norm(tokens, [shape.Width], norm.Weight, norm.Bias, shape.Epsilon);

    /// <summary>Names and shapes of a linear map or a layer-norm.</summary>
    protected static TensorSpec[] Pair(string name, params long[] weightShape)
        => [new($"{name}.weight", weightShape), new($"{name}.bias", [weightShape[0]])];

    /// <summary>Reads them.</summary>
    protected static (Tensor Weight, Tensor Bias) ReadPair(WeightsReader reader, string name)
        => (reader.Keep(reader.Read($"{name}.weight")), reader.Keep(reader.Read($"{name}.bias")));
}
