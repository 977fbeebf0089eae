using AmViz.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>How the blocks of a Swin Transformer are built.</summary>
/// <param name="Version">1: layer-norm before attention and perceptron (Liu et al. 2021); 2: behind them, and attention by cosine (Liu et al. 2022).</param>
/// <param name="Window">Side of a window in positions.</param>
/// <param name="Epsilon">Added to the variance by layer-norm.</param>
internal sealed record SwinShape(int Version, int Window, double Epsilon)
{
    /// <summary>Whether it is of the second version.</summary>
    public bool IsSecond => Version == 2;
}

/// <summary>The first half of a Swin block: x + attention(norm(x)) inside windows, or x + norm(attention(x)) in the second version.</summary>
/// <param name="name">As it is listed.</param>
/// <param name="input">A map, <c>[N, C, H, W]</c>.</param>
/// <param name="shape">The network's measures.</param>
/// <param name="heads">Heads of the attention.</param>
/// <param name="block">What the tensors of the block begin with.</param>
/// <param name="isShifted">Whether the windows are moved by half a window.</param>
internal sealed class WindowAttention(string name, Layer input, SwinShape shape, int heads, string block, bool isShifted) : Layer(name, input)
{
    private const int CoordinateUnits = 512;
    private const double SmallestSquare = 1e-24;                                         // that of the 1e-12 of torch's normalize

    private static readonly double LargestScale = Math.Log(100);

    private readonly string _norm = $"{block}.norm1";
    private readonly string _joint = $"{block}.attn.qkv";
    private readonly string _output = $"{block}.attn.proj";
    private readonly string _table = $"{block}.attn.relative_position_bias_table";
    private readonly string _scales = $"{block}.attn.logit_scale";
    private readonly string _coordinates = $"{block}.attn.cpb_mlp";
    private readonly WindowGrid _grid = new(shape.Window, isShifted ? shape.Window / 2 : 0);

    private LinearMap _normalization;
    private LinearMap _jointly;                                                          // query, key, value: [3 C, C], [3 C]
    private LinearMap _projection;
    private Tensor? _positions;                                                          // [heads, positions, positions]
    private Tensor? _scale;                                                              // [heads, 1, 1]

    public override int ChannelCount => input.ChannelCount;

    public override IReadOnlyList<TensorSpec> Tensors
        => [
        .. LinearMap.Specs(_norm, ChannelCount),
        .. LinearMap.Specs(_joint, 3 * ChannelCount, ChannelCount),
        .. LinearMap.Specs(_output, ChannelCount, ChannelCount),
        .. shape.IsSecond
            ? (TensorSpec[])[
                new(_scales, [heads, 1, 1]),
                .. LinearMap.Specs($"{_coordinates}.0", CoordinateUnits, 2),
                new($"{_coordinates}.2.weight", [heads, CoordinateUnits]),
            ]
            : [new(_table, [Offsets * Offsets, heads])],
    ];

    private int Offsets => 2 * shape.Window - 1;

    public override LayerExtent Extent(int size) => input.Extent(size);

    public override void Load(WeightsReader reader)
    {
        _normalization = LinearMap.Read(reader, _norm);
        _projection = LinearMap.Read(reader, _output);
        _jointly = LinearMap.Read(reader, _joint);
        if (shape.IsSecond)
        {
            // A bias of the keys moves all scores of a query alike; the definition sets it to zero.
            var bias = reader.Read($"{_joint}.bias");
            var parts = bias.chunk(3);
            _jointly = _jointly with { Bias = reader.Keep(cat([parts[0], zeros_like(parts[1]), parts[2]])) };
            using TorchSharp.Scalar largest = LargestScale;
            _scale = reader.Keep(reader.Read(_scales).to(ScalarType.Float64).clamp_max(largest).exp());
        }

        var table = shape.IsSecond ? TableOfCoordinates(reader) : reader.Read(_table);   // [offsets^2, heads]
        _positions = reader.Keep(table.index_select(0, tensor(PlacesInTable())).view(_grid.Positions, _grid.Positions, heads).permute(2, 0, 1).contiguous());
    }

    public override Tensor Compute(ForwardPass pass)
    {
        var x = MapAxes.ChannelsLast(pass.Value(input));                             // [N, H, W, C]
        var branch = shape.IsSecond ? Normalize(Attend(x)) : Attend(Normalize(x));
        return MapAxes.ChannelsFirst(x.add(branch, HeldScalars.One));
    }

    public override long MultiplyAdds(int size)
    {
        var positions = _grid.CountOn(Extent(size)) * _grid.Positions;
        return positions * ChannelCount * (4L * ChannelCount + 2L * _grid.Positions);
    }

    public override long MultiplyAddsOfChannel(int size) => MultiplyAdds(size);

    private Tensor Normalize(Tensor x) => F.layer_norm(x, [ChannelCount], _normalization.Weight, _normalization.Bias, shape.Epsilon);

    private Tensor Attend(Tensor x)
    {
        var windows = _grid.Cut(x);                                                   // [N, windows, T, C]
        (var count, var number, var depth) = (windows.shape[0], windows.shape[1], ChannelCount / heads);
        var split = _jointly.Of(windows).view(count, number, _grid.Positions, 3, heads, depth).permute(3, 0, 1, 4, 2, 5);       // [3, N, windows, heads, T, d]
        var scores = Scores(split[0], split[1]).add(_positions!, HeldScalars.One);     // [N, windows, heads, T, T]
        if (_grid.Mask(x) is { } mask)
        {
            scores = scores.add(mask, HeldScalars.One);
        }

        var attended = scores.softmax(-1).matmul(split[2]).transpose(2, 3).reshape(count, number, _grid.Positions, ChannelCount);
        return _grid.Join(_projection.Of(attended), x.shape[1], x.shape[2]);
    }

    private Tensor Scores(Tensor query, Tensor key) => shape.IsSecond
        ? Unit(query).matmul(Unit(key).transpose(-2, -1)).mul(_scale!)
        : query.mul(HeldScalars.Of(1 / Math.Sqrt((double)ChannelCount / heads))).matmul(key.transpose(-2, -1));

    private static Tensor Unit(Tensor x) => x.div(x.mul(x).sum([-1L], keepdim: true).clamp_min(HeldScalars.Of(SmallestSquare)).sqrt());

    // Where in the table the offset from each position to each other one is.
    private long[] PlacesInTable()
    {
        var side = shape.Window;
        var places = new long[_grid.Positions * _grid.Positions];
        for (var from = 0; from < _grid.Positions; from++)
        {
            for (var to = 0; to < _grid.Positions; to++)
            {
                var (down, right) = (from / side - to / side + side - 1, from % side - to % side + side - 1);
                places[from * _grid.Positions + to] = (long)down * Offsets + right;
            }
        }

        return places;
    }

    // 16 sigmoid(mlp(sign(8 o) log2(1 + |8 o|) / 3)), o from -1 to 1 (eq. 4 of the second paper, and its published code).
    private Tensor TableOfCoordinates(WeightsReader reader)
    {
        Tensor Exact(string suffix) => reader.Read($"{_coordinates}.{suffix}").to(ScalarType.Float64);
        double[] logarithms = [.. Enumerable.Range(0, Offsets).Select(offset => 8.0 * (offset - shape.Window + 1) / Math.Max(shape.Window - 1, 1))
            .Select(scaled => Math.Sign(scaled) * Math.Log2(Math.Abs(scaled) + 1) / 3)];
        double[] pairs = [.. logarithms.SelectMany(down => logarithms.SelectMany(right => new[] { down, right }))];
        var units = F.relu(F.linear(tensor(pairs, [(long)Offsets * Offsets, 2]), Exact("0.weight"), Exact("0.bias")));
        return F.linear(units, Exact("2.weight")).sigmoid().mul(HeldScalars.Of(16.0));
    }
}
