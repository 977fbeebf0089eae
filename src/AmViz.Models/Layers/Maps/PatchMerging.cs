using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>Four neighbours of a map become one position of twice the channels (Liu et al. 2021, "patch merging").</summary>
/// <param name="name">As it is listed.</param>
/// <param name="input">A map, <c>[N, C, H, W]</c>; odd sides get a row or column of zeros.</param>
/// <param name="shape">The network's measures; the second version has layer-norm behind the linear map.</param>
/// <param name="tensorName">What its tensors begin with.</param>
internal sealed class PatchMerging(string name, Layer input, SwinShape shape, string tensorName) : Layer(name, input)
{
    private const int Neighbours = 4;

    private LinearMap _normalization;
    private LinearMap _reduction;                                                        // [2 C, 4 C]

    public override int ChannelCount => 2 * input.ChannelCount;

    public override IReadOnlyList<TensorSpec> Tensors
        => [
        .. LinearMap.Specs($"{tensorName}.norm", shape.IsSecond ? ChannelCount : Neighbours * input.ChannelCount),
        .. LinearMap.Specs($"{tensorName}.reduction", hasBias: false, ChannelCount, Neighbours * input.ChannelCount),
    ];

    /// <summary>That of the four positions; in the second version layer-norm mixes the channels behind it.</summary>
    public override ChannelMap? Map => shape.IsSecond ? null : ChannelMap.Of(input, (long)Neighbours * input.ChannelCount, $"{tensorName}.reduction.weight");

    public override LayerExtent Extent(int size) => new((input.Extent(size).Height + 1) / 2, (input.Extent(size).Width + 1) / 2);

    public override void Load(WeightsReader reader)
    {
        _normalization = LinearMap.Read(reader, $"{tensorName}.norm");
        _reduction = LinearMap.Read(reader, $"{tensorName}.reduction", hasBias: false);
    }

    public override Tensor Compute(ForwardPass pass)
    {
        var x = MapAxes.ChannelsLast(pass.Value(input));                             // [N, H, W, C]
        var padded = F.pad(x, [0, 0, 0, x.shape[2] % 2, 0, x.shape[1] % 2]);
        (var count, var rows, var columns, var channels) = (padded.shape[0], padded.shape[1] / 2, padded.shape[2] / 2, padded.shape[3]);

        // Of each four the columns go slower than the rows: above left, below left, above right, below right.
        var four = padded.reshape(count, rows, 2, columns, 2, channels).permute(0, 1, 3, 4, 2, 5).reshape(count, rows, columns, Neighbours * channels);
        var merged = shape.IsSecond ? Normalize(_reduction.Of(four)) : _reduction.Of(Normalize(four));
        return MapAxes.ChannelsFirst(merged);
    }

    public override long MultiplyAddsOfChannel(int size)
    {
        var extent = Extent(size);
        return (long)extent.Height * extent.Width * Neighbours * input.ChannelCount;
    }

    private Tensor Normalize(Tensor x) => F.layer_norm(x, [x.shape[3]], _normalization.Weight, _normalization.Bias, shape.Epsilon);
}
