using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>What slides over a map: kernel, stride and padding.</summary>
/// <param name="Rows">Rows of the kernel.</param>
/// <param name="Columns">Columns of the kernel.</param>
/// <param name="Stride">Step, in both directions.</param>
/// <param name="Padding">Zeros around the map.</param>
internal sealed record Window(int Rows, int Columns, int Stride, Padding Padding)
{
    /// <summary>A single position.</summary>
    public static Window Point { get; } = new(1, 1, 1, Padding.None);

    /// <summary>Whether every position is read by itself, once.</summary>
    public bool IsPoint => this is { Rows: 1, Columns: 1, Stride: 1 } && Padding.Zeros(1, kernel: 1, stride: 1) == (0, 0);

    /// <summary>A square.</summary>
    public static Window Square(int side, int stride, Padding padding) => new(side, side, stride, padding);

    /// <summary>Positions on a map.</summary>
    public LayerExtent On(LayerExtent map)
        => new(Padding.Positions(map.Height, Rows, Stride), Padding.Positions(map.Width, Columns, Stride));

    /// <summary>Zeros in the order of <c>F.pad</c>: left, right, top, bottom.</summary>
    /// <param name="x"><c>[N, C, H, W]</c>.</param>
    public long[] Zeros(Tensor x)
    {
        (var top, var bottom) = Padding.Zeros(x.shape[2], Rows, Stride);
        (var left, var right) = Padding.Zeros(x.shape[3], Columns, Stride);
        return [left, right, top, bottom];
    }
}
