using AmViz.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>The hidden units of a block of ConvNeXt or Swin: gelu(W1 norm(x) + b1) at each position, in ConvNeXt V2 with global response normalization behind it.</summary>
/// <param name="name">As it is listed.</param>
/// <param name="input">What the block made so far.</param>
/// <param name="block">What the tensors of the block begin with.</param>
/// <param name="norm">What the tensors of layer-norm begin with; null where there is none before the map.</param>
/// <param name="epsilon">Added to the variance by layer-norm.</param>
/// <param name="hasResponseNorm">Whether the units compete (Woo et al. 2023: GRN).</param>
internal sealed class MapPerceptronUnits(string name, Layer input, string block, string? norm, double epsilon, bool hasResponseNorm = false) : Layer(name, input)
{
    private const int Expansion = 4;
    private const double ResponseEpsilon = 1e-6;
    private const double SmallestSquare = 1e-30;                                         // a map of zeros must not give its root an endless slope

    private readonly string _into = $"{block}.mlp.fc1";
    private readonly string _response = $"{block}.mlp.grn";

    private LinearMap _normalization;
    private LinearMap _expansion;                                                        // [4 C, C], [4 C]
    private LinearMap _responses;                                                        // [4 C], [4 C]

    public override int ChannelCount => Expansion * input.ChannelCount;

    public override IReadOnlyList<TensorSpec> Tensors
        => [
        .. norm is null ? [] : LinearMap.Specs(norm, input.ChannelCount),
        .. LinearMap.Specs(_into, ChannelCount, input.ChannelCount),
        .. hasResponseNorm ? LinearMap.Specs(_response, ChannelCount) : [],
    ];

    /// <summary>W1.</summary>
    public override ChannelMap? Map => ChannelMap.Of(input, input.ChannelCount, $"{_into}.weight");

    public override LayerExtent Extent(int size) => input.Extent(size);

    public override void Load(WeightsReader reader)
    {
        _normalization = norm is null ? default : LinearMap.Read(reader, norm);
        _expansion = LinearMap.Read(reader, _into);
        _responses = hasResponseNorm ? LinearMap.Read(reader, _response) : default;
    }

    public override Tensor Compute(ForwardPass pass)
    {
        var units = F.gelu(_expansion.Of(Normalized(pass)));                         // [N, H, W, 4 C]
        return MapAxes.ChannelsFirst(hasResponseNorm ? Compete(units) : units);
    }

    // With response normalization each unit needs all others.
    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels)
        => hasResponseNorm ? base.ComputeChannels(pass, channels) : F.gelu(MapAxes.LinearChannels(Normalized(pass), _expansion, channels));

    public override long MultiplyAdds(int size) => PerUnit(size) * ChannelCount;

    public override long MultiplyAddsOfChannel(int size) => hasResponseNorm ? MultiplyAdds(size) : PerUnit(size);

    private long PerUnit(int size)
    {
        var extent = Extent(size);
        return (long)extent.Height * extent.Width * input.ChannelCount;
    }

    private Tensor Normalized(ForwardPass pass)
    {
        var x = MapAxes.ChannelsLast(pass.Value(input));
        return norm is null ? x : F.layer_norm(x, [input.ChannelCount], _normalization.Weight, _normalization.Bias, epsilon);
    }

    // x + gamma (x n) + beta, n being the length of each unit's map over the mean of those lengths (eq. 1 to 3 of the paper).
    private Tensor Compete(Tensor x)
    {
        var lengths = x.mul(x).sum([1L, 2L], keepdim: true).clamp_min(HeldScalars.Of(SmallestSquare)).sqrt();                     // [N, 1, 1, 4 C]
        var shares = lengths.div(lengths.mean([3L], keepdim: true).add(HeldScalars.Of(ResponseEpsilon), HeldScalars.One));
        return x.add(addcmul(_responses.Bias!, x.mul(shares), _responses.Weight, HeldScalars.One), HeldScalars.One);
    }
}

/// <summary>The end of a block of ConvNeXt or Swin: x + gamma (W2 units + b2), in Swin's second version x + norm(W2 units + b2).</summary>
/// <param name="name">As it is listed.</param>
/// <param name="shortcut">What the block read.</param>
/// <param name="units">The hidden units.</param>
/// <param name="tensorName">Of the linear map.</param>
/// <param name="scaleName">Of the factors gamma, <c>[C]</c>; null where there are none.</param>
/// <param name="norm">What the tensors of the layer-norm behind the map begin with; null where there is none.</param>
/// <param name="epsilon">Added to its variance.</param>
internal sealed class MapPerceptronSum(string name, Layer shortcut, Layer units, string tensorName, string? scaleName = null, string? norm = null, double epsilon = 0) : Layer(name, shortcut, units)
{
    private LinearMap _contraction;                                                      // [C, 4 C], [C]
    private LinearMap _normalization;

    public override int ChannelCount => shortcut.ChannelCount;

    public override IReadOnlyList<TensorSpec> Tensors
        => [.. LinearMap.Specs(tensorName, ChannelCount, units.ChannelCount), .. scaleName is null ? (TensorSpec[])[] : [new(scaleName, [ChannelCount])], .. norm is null ? [] : LinearMap.Specs(norm, ChannelCount)];

    public override LayerExtent Extent(int size) => shortcut.Extent(size);

    public override void Load(WeightsReader reader)
    {
        _contraction = LinearMap.ReadScaled(reader, tensorName, scaleName);
        _normalization = norm is null ? default : LinearMap.Read(reader, norm);
    }

    public override Tensor Compute(ForwardPass pass)
    {
        var mapped = _contraction.Of(MapAxes.ChannelsLast(pass.Value(units)));
        var branch = norm is null ? mapped : F.layer_norm(mapped, [ChannelCount], _normalization.Weight, _normalization.Bias, epsilon);
        return pass.Value(shortcut).add(MapAxes.ChannelsFirst(branch), HeldScalars.One);
    }

    // Layer-norm behind the map needs all channels.
    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels) => norm is not null
        ? base.ComputeChannels(pass, channels)
        : shortcut.Pick(pass.Value(shortcut), channels)
            .add(MapAxes.LinearChannels(MapAxes.ChannelsLast(pass.Value(units)), _contraction, channels), HeldScalars.One);

    public override long MultiplyAdds(int size) => PerChannel(size) * ChannelCount;

    public override long MultiplyAddsOfChannel(int size) => norm is null ? PerChannel(size) : MultiplyAdds(size);

    private long PerChannel(int size)
    {
        var extent = Extent(size);
        return (long)extent.Height * extent.Width * units.ChannelCount;
    }
}
