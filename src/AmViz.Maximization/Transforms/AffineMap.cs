namespace AmViz.Maximization;

/// <summary>Where in a picture each pixel of a shifted, then zoomed and rotated copy of it is read, in pixels from the centre of the first.</summary>
/// <param name="Cosine">Of the rotation, divided by the zoom, since the copy is read at the inverse transform.</param>
/// <param name="Sine">Of the rotation, divided by the zoom.</param>
/// <param name="OffsetX">Column at which the first pixel of the first row is read.</param>
/// <param name="OffsetY">Row at which the first pixel of the first row is read.</param>
internal readonly record struct AffineMap(double Cosine, double Sine, double OffsetX, double OffsetY)
{
    /// <summary>The map of a transform about the middle of the picture.</summary>
    /// <param name="height">Of picture and copy, in pixels.</param>
    /// <param name="width">Of picture and copy, in pixels.</param>
    /// <param name="down">Shift before the rest, in pixels.</param>
    /// <param name="right">Shift before the rest, in pixels.</param>
    /// <param name="zoom">Above 1 enlarges.</param>
    /// <param name="degrees">Counter-clockwise rotation.</param>
    public static AffineMap About(long height, long width, double down, double right, double zoom, double degrees)
    {
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        (sine, cosine) = (sine / zoom, cosine / zoom);
        var (middleX, middleY) = ((width - 1) / 2.0, (height - 1) / 2.0);
        return new(
            cosine, sine,
            middleX - right - cosine * middleX + sine * middleY,
            middleY - down - sine * middleX - cosine * middleY);
    }

    /// <summary>Column of the picture at which pixel (<paramref name="x"/>, <paramref name="y"/>) of the copy is read.</summary>
    public double ColumnAt(double x, double y) => Cosine * x - Sine * y + OffsetX;

    /// <summary>Row of the picture at which pixel (<paramref name="x"/>, <paramref name="y"/>) of the copy is read.</summary>
    public double RowAt(double x, double y) => Sine * x + Cosine * y + OffsetY;
}
