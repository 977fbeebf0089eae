namespace AmViz.Responses;

/// <summary>A rectangle of pixels.</summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct PixelBox(int Left, int Top, int Width, int Height);

/// <summary>Along one axis, which pixels a position of a map sees.</summary>
/// <param name="Size">Pixels.</param>
/// <param name="Stride">Pixels from one position to the next.</param>
/// <param name="Offset">First pixel that position 0 sees; negative where it reaches beyond the picture.</param>
public readonly record struct FieldAxis(int Size, int Stride, int Offset)
{
    /// <summary>Every position sees the whole side.</summary>
    public static FieldAxis Whole(int side) => new(side, 0, 0);

    /// <summary>First pixel and number of pixels of a position, inside the picture.</summary>
    public (int First, int Length) At(int position, int side)
    {
        var first = Offset + (position * Stride);
        var (from, to) = (Math.Clamp(first, 0, side - 1), Math.Clamp(first + Size, 1, side));
        return (from, Math.Max(1, to - from));
    }
}

/// <summary>Which pixels a position of a layer's map can see at all: the theoretical receptive field.</summary>
/// <param name="Rows">Along the height.</param>
/// <param name="Columns">Along the width.</param>
public sealed record ReceptiveField(FieldAxis Rows, FieldAxis Columns)
{
    /// <summary>Every position sees the whole picture.</summary>
    public static ReceptiveField Whole(int side) => new(FieldAxis.Whole(side), FieldAxis.Whole(side));

    /// <summary>What a position sees of a picture.</summary>
    /// <param name="row">Row of the map; -1 for what has no place in it, such as a class token.</param>
    /// <param name="column">Column of the map.</param>
    /// <param name="side">Of the picture, in pixels.</param>
    public PixelBox At(int row, int column, int side)
    {
        if (row < 0)
        {
            return new(0, 0, side, side);
        }

        var ((top, height), (left, width)) = (Rows.At(row, side), Columns.At(column, side));
        return new(left, top, width, height);
    }
}
