using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>Patches become tokens by a linear map; class token and registers go before them and positions are added (Dosovitskiy et al. 2021, eq. 1).</summary>
/// <remarks>
/// For pictures of another size than the network was trained on the positions of the patches are resampled, bicubic without
/// aligned corners or antialiasing, as Hugging Face does.
/// </remarks>
internal sealed class PatchEmbedding(string name, Layer pixels, TransformerShape shape) : TokenLayer(name, shape, pixels)
{
    private const string FirstToken = "cls_token";
    private const string RegisterTokens = "reg_token";
    private const string Positions = "pos_embed";
    private const string Projection = "patch_embed.proj";

    private LinearMap _projection;                                                       // [D, 3 p p], [D]
    private Tensor? _prefix;                                                             // [1, prefix, D], positions added
    private Tensor? _positions;                                                          // [1, g g, D]

    public override IReadOnlyList<TensorSpec> Tensors
        => [
        .. Shape.HasClassToken ? (TensorSpec[])[new(FirstToken, [1, 1, Shape.Width])] : [],
        .. Shape.Registers > 0 ? (TensorSpec[])[new(RegisterTokens, [1, Shape.Registers, Shape.Width])] : [],
        new(Positions, [1, Shape.PositionedPrefix + Shape.Grid * Shape.Grid, Shape.Width]),
        .. LinearMap.Specs(Projection, Shape.HasPatchBias, Shape.Width, Inputs[0].ChannelCount, Shape.PatchSize, Shape.PatchSize),
    ];

    /// <summary>That of the patches; the positions are summands.</summary>
    public override ChannelMap? Map => ChannelMap.Of(Inputs[0], (long)Inputs[0].ChannelCount * Shape.PatchSize * Shape.PatchSize, $"{Projection}.weight");

    public override void Load(WeightsReader reader)
    {
        var positions = reader.Read(Positions);
        (var before, var patches) = (Shape.PositionedPrefix, Shape.Grid * Shape.Grid);
        _positions = reader.Keep(positions.narrow(1, before, patches));
        if (Shape.PrefixTokens > 0)
        {
            // In float64, so that a network of float64 has the sum as exact as its parts.
            var prefix = cat([.. Tensors.TakeWhile(spec => spec.Name != Positions).Select(spec => reader.Read(spec.Name))], 1).to(ScalarType.Float64);
            var moved = prefix.narrow(1, 0, before).add(positions.narrow(1, 0, before), HeldScalars.One);
            _prefix = reader.Keep(cat([moved, prefix.narrow(1, before, Shape.PrefixTokens - before)], 1));
        }

        _projection = new(
            reader.Keep(reader.Read($"{Projection}.weight").flatten(1)), Shape.HasPatchBias ? reader.Keep(reader.Read($"{Projection}.bias")) : null);
    }

    public override Tensor Compute(ForwardPass pass)
    {
        (var patches, var rows, var columns) = Patches(pass.Value(Inputs[0]));
        var tokens = _projection.Of(patches).add(PositionsFor(rows, columns), HeldScalars.One);   // [N, P, D]
        return _prefix is null ? tokens : cat([_prefix.expand(tokens.shape[0], -1, -1), tokens], 1);
    }

    public override long MultiplyAddsOfChannel(int size) => Shape.PatchesOf(size) * Inputs[0].ChannelCount * Shape.PatchSize * Shape.PatchSize;

    // A convolution whose windows do not overlap is a linear map of each window.
    private (Tensor Patches, long Rows, long Columns) Patches(Tensor x)
    {
        var side = Shape.PatchSize;
        (var count, var colours, var rows, var columns) = (x.shape[0], x.shape[1], x.shape[2] / side, x.shape[3] / side);
        var patches = x.reshape(count, colours, rows, side, columns, side).permute(0, 2, 4, 1, 3, 5)
            .reshape(count, rows * columns, colours * side * side);                     // [N, P, 3 p p]
        return (patches, rows, columns);
    }

    private Tensor PositionsFor(long rows, long columns)
    {
        if (rows == Shape.Grid && columns == Shape.Grid)
        {
            return _positions!;
        }

        var map = _positions!.transpose(1, 2).reshape(1, Shape.Width, Shape.Grid, Shape.Grid);
        return F.interpolate(map, size: [rows, columns], mode: InterpolationMode.Bicubic, align_corners: false).flatten(2).transpose(1, 2);
    }
}
