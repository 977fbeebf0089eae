using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>How the channels of a layer are made of another layer's: each is a weighted sum of what it sees of them, plus a summand, and maybe an activation function of that.</summary>
/// <param name="From">The other layer.</param>
/// <param name="Length">Weights of a channel.</param>
/// <param name="IsWhole">Whether each channel sees all channels of the other layer; else two channels may see none in common.</param>
/// <param name="Read">Reads the weights, <c>[C, Length]</c>, one after the other as the file has them, in any number format.</param>
internal sealed record ChannelMap(Layer From, long Length, bool IsWhole, Func<WeightsReader, Tensor> Read)
{
    /// <summary>A map of all channels whose weights stand in one tensor, <c>[C, ...]</c>.</summary>
    /// <param name="from">The layer that is read.</param>
    /// <param name="length">Weights of a channel.</param>
    /// <param name="tensor">Name of the tensor.</param>
    public static ChannelMap Of(Layer from, long length, string tensor) => new(from, length, IsWhole: true, reader => reader.Read(tensor).flatten(1));

    /// <summary>The same map with each channel multiplied by a factor afterwards.</summary>
    /// <param name="factors">Reads them, <c>[C]</c>, float64.</param>
    public ChannelMap Scaled(Func<WeightsReader, Tensor> factors)
        => this with { Read = reader => Read(reader).to(ScalarType.Float64) * factors(reader).unsqueeze(1) };
}
