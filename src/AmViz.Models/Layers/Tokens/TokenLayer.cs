using AmViz.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>A layer whose values are tokens, <c>[N, T, D]</c>, class token and registers first; shown as <c>[N, D, T, 1]</c>.</summary>
/// <param name="name">As it is listed.</param>
/// <param name="shape">The network's measures.</param>
/// <param name="inputs">Layers it reads.</param>
internal abstract class TokenLayer(string name, TransformerShape shape, params IReadOnlyList<Layer> inputs) : Layer(name, inputs)
{
    public override int ChannelCount => Shape.Width;

    public override int PrefixTokens => Shape.PrefixTokens;

    public override int Registers => Shape.Registers;

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
    protected static Tensor LinearChannels(Tensor tokens, LinearMap map, Tensor channels)
    {
        var product = bmm(tokens, map.Weight.index_select(0, channels).unsqueeze(2));
        return map.Bias is null ? product : product.add(map.Bias.index_select(0, channels).view(-1, 1, 1), HeldScalars.One);
    }

    /// <summary>Layer-norm over the hidden dimensions.</summary>
    protected Tensor Normalize(Tensor tokens, LinearMap norm)
        => F.layer_norm(tokens, [shape.Width], norm.Weight, norm.Bias, shape.Epsilon);
}

/// <summary>Weight and bias of a linear map, or factor and shift of a layer-norm.</summary>
/// <param name="Weight"><c>[out, in]</c>; <c>[D]</c> of a layer-norm.</param>
/// <param name="Bias"><c>[out]</c>; null where there is none.</param>
internal readonly record struct LinearMap(Tensor Weight, Tensor? Bias)
{
    /// <summary>Names and shapes of both.</summary>
    public static TensorSpec[] Specs(string name, params long[] weightShape)
        => [new($"{name}.weight", weightShape), new($"{name}.bias", [weightShape[0]])];

    /// <summary>The same where the bias may be missing.</summary>
    public static TensorSpec[] Specs(string name, bool hasBias, params long[] weightShape)
        => hasBias ? Specs(name, weightShape) : [new($"{name}.weight", weightShape)];

    /// <summary>Reads them.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="name">As in <see cref="Specs(string, long[])"/>.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    public static LinearMap Read(WeightsReader reader, string name, bool hasBias = true)
        => new(reader.Keep(reader.Read($"{name}.weight")), hasBias ? reader.Keep(reader.Read($"{name}.bias")) : null);

    /// <summary>Reads a map with a bias whose outputs are scaled afterwards, the factors multiplied in, in float64.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="name">As in <see cref="Specs(string, long[])"/>.</param>
    /// <param name="factors">Name of the factors, <c>[out]</c>; null if nothing is scaled.</param>
    public static LinearMap ReadScaled(WeightsReader reader, string name, string? factors)
    {
        if (factors is null)
        {
            return Read(reader, name);
        }

        Tensor Exact(string tensor) => reader.Read(tensor).to(ScalarType.Float64);
        var scale = Exact(factors);
        return new(reader.Keep(Exact($"{name}.weight").mul(scale.unsqueeze(1))), reader.Keep(Exact($"{name}.bias").mul(scale)));
    }

    /// <summary>The map of <paramref name="x"/>, <c>[..., in]</c>.</summary>
    public Tensor Of(Tensor x) => LinearProduct.Of(x, Weight, Bias);
}
