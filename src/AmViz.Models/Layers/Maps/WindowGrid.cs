using AmViz.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>How a map is cut into square windows, moved by a shift before (Liu et al. 2021, section 3.2).</summary>
/// <param name="Side">Positions in a row of a window.</param>
/// <param name="Shift">Positions by which the map is moved up and to the left, its border coming in again at the other side; 0 in every other block.</param>
/// <remarks>Maps that are no multiple of the window get zeros at their lower and right border, and are not moved where a single window holds them, as torchvision does.</remarks>
internal sealed record WindowGrid(int Side, int Shift)
{
    private const double Apart = -100;

    /// <summary>Positions of a window.</summary>
    public int Positions => Side * Side;

    /// <summary>Cuts a map up.</summary>
    /// <param name="x"><c>[N, H, W, C]</c>.</param>
    /// <returns><c>[N, windows, positions, C]</c>.</returns>
    public Tensor Cut(Tensor x)
    {
        (var count, var rows, var columns, var channels) = (x.shape[0], Padded(x.shape[1]), Padded(x.shape[2]), x.shape[3]);
        var padded = rows == x.shape[1] && columns == x.shape[2] ? x : F.pad(x, [0, 0, 0, columns - x.shape[2], 0, rows - x.shape[1]]);
        var moved = Roll(Roll(padded, 1, ShiftOf(rows)), 2, ShiftOf(columns));
        return moved.reshape(count, rows / Side, Side, columns / Side, Side, channels).permute(0, 1, 3, 2, 4, 5)
            .reshape(count, rows / Side * (columns / Side), Positions, channels);
    }

    /// <summary>Puts the windows together again.</summary>
    /// <param name="windows"><c>[N, windows, positions, C]</c>.</param>
    /// <param name="height">Rows of the map.</param>
    /// <param name="width">Columns of the map.</param>
    /// <returns><c>[N, H, W, C]</c>.</returns>
    public Tensor Join(Tensor windows, long height, long width)
    {
        (var count, var rows, var columns, var channels) = (windows.shape[0], Padded(height), Padded(width), windows.shape[3]);
        var whole = windows.reshape(count, rows / Side, columns / Side, Side, Side, channels).permute(0, 1, 3, 2, 4, 5).reshape(count, rows, columns, channels);
        var (down, right) = (ShiftOf(rows), ShiftOf(columns));
        var moved = Roll(Roll(whole, 1, down == 0 ? 0 : rows - down), 2, right == 0 ? 0 : columns - right);
        return moved.narrow(1, 0, height).narrow(2, 0, width);
    }

    /// <summary>What is added to the scores of positions that only the shift brought into one window; null where nothing was moved.</summary>
    /// <param name="x">The map, <c>[N, H, W, C]</c>.</param>
    /// <returns><c>[windows, 1, positions, positions]</c>.</returns>
    public Tensor? Mask(Tensor x)
    {
        (var rows, var columns) = (Padded(x.shape[1]), Padded(x.shape[2]));
        if (ShiftOf(rows) == 0 && ShiftOf(columns) == 0)
        {
            return null;
        }

        long[] regions = [.. Regions(rows).SelectMany(row => Regions(columns).Select(column => 3 * row + column))];
        var cut = (this with { Shift = 0 }).Cut(tensor(regions, [1, rows, columns, 1])).squeeze(3).squeeze(0);                 // [windows, positions]
        return cut.unsqueeze(1).ne(cut.unsqueeze(2)).to(x.dtype).mul(HeldScalars.Of(Apart)).unsqueeze(1).to(x.device);
    }

    /// <summary>How many windows there are on a map.</summary>
    public long CountOn(LayerExtent map) => Padded(map.Height) / Side * (Padded(map.Width) / Side);

    private long Padded(long length) => (length + Side - 1) / Side * Side;

    private long ShiftOf(long padded) => Side >= padded ? 0 : Shift;

    // Before the last window, between it and what was moved, and what was moved.
    private IEnumerable<long> Regions(long padded)
    {
        var shift = ShiftOf(padded);
        for (long place = 0; place < padded; place++)
        {
            yield return shift == 0 || place < padded - Side ? 0 : place < padded - shift ? 1 : 2;
        }
    }

    private static Tensor Roll(Tensor x, int axis, long by)
        => by == 0 ? x : cat([x.narrow(axis, by, x.shape[axis] - by), x.narrow(axis, 0, by)], axis);
}
