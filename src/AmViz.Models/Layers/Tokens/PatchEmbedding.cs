using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>Patches become tokens by a linear map; the class token goes before them and positions are added (Dosovitskiy et al. 2021, eq. 1).</summary>
/// <remarks>
/// For pictures of another size than the network was trained on the positions of the patches are resampled, bicubic without
/// aligned corners or antialiasing, as Hugging Face does.
/// </remarks>
internal sealed class PatchEmbedding(string name, Layer pixels, TransformerShape shape) : TokenLayer(name, shape, pixels)
{
    private (Tensor Weight, Tensor Bias) _projection;                                    // [D, 3 p p], [D]
    private Tensor? _classToken;                                                         // [1, 1, D]
    private Tensor? _positions;                                                          // [1, 1 + g g, D]

    public override IReadOnlyList<TensorSpec> Tensors
        => [
        new("cls_token", [1, 1, Shape.Width]),
        new("pos_embed", [1, 1 + Shape.Grid * Shape.Grid, Shape.Width]),
        .. Pair("patch_embed.proj", Shape.Width, Inputs[0].ChannelCount, Shape.PatchSize, Shape.PatchSize),
    ];

    public override void Load(WeightsReader reader)
    {
        _classToken = reader.Keep(reader.Read("cls_token"));
        _positions = reader.Keep(reader.Read("pos_embed"));
        _projection = (reader.Keep(reader.Read("patch_embed.proj.weight").flatten(1)), reader.Keep(reader.Read("patch_embed.proj.bias")));
    }

    public override Tensor Compute(ForwardPass pass)
    {
        (var patches, var rows, var columns) = Patches(pass.Value(Inputs[0]));
        var tokens = F.linear(patches, _projection.Weight, _projection.Bias);          // [N, P, D]
        var first = _classToken!.expand(tokens.shape[0], -1, -1);
        return cat([first, tokens], 1).add(PositionsFor(rows, columns), HeldScalars.One);
    }

    public override long MultiplyAddsOfChannel(int size) => (Shape.TokensOf(size) - 1) * Inputs[0].ChannelCount * (long)Shape.PatchSize * Shape.PatchSize;

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

        var map = _positions!.narrow(1, 1, Shape.Grid * Shape.Grid).transpose(1, 2).reshape(1, Shape.Width, Shape.Grid, Shape.Grid);
        var resampled = F.interpolate(map, size: [rows, columns], mode: InterpolationMode.Bicubic, align_corners: false);
        return cat([_positions.narrow(1, 0, 1), resampled.flatten(2).transpose(1, 2)], 1);
    }
}
