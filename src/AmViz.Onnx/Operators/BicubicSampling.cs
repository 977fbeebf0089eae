using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Pictures read between their pixels by the cubic kernel of Keys (1981) with a = -0.75, which TorchSharp's <c>grid_sample</c> lacks.</summary>
internal static class BicubicSampling
{
    private const double A = -0.75;

    /// <summary>The pictures at the places of a grid.</summary>
    /// <param name="x">Pictures [N, C, H, W].</param>
    /// <param name="grid">Places [N, h, w, 2], x before y, -1 to 1 over the picture.</param>
    /// <param name="padding">What lies outside.</param>
    /// <param name="isAligned">Whether -1 and 1 are the middles of the outer pixels, not their outer edges.</param>
    /// <returns>[N, C, h, w].</returns>
    public static Tensor Sample(Tensor x, Tensor grid, GridSamplePaddingMode padding, bool isAligned)
    {
        var (height, width) = (x.shape[2], x.shape[3]);
        var pixels = x.flatten(2);                                             // [N, C, H W]
        var (left, columns) = Taps(grid.select(3, 0), width, isAligned);       // each [N, h, w]
        var (top, rows) = Taps(grid.select(3, 1), height, isAligned);
        Tensor? sum = null;
        for (var row = 0; row < rows.Length; row++)
        {
            var (y, hasRow) = Inside(top, row - 1, height, padding, isAligned);
            for (var column = 0; column < columns.Length; column++)
            {
                var (at, hasColumn) = Inside(left, column - 1, width, padding, isAligned);
                using Scalar stride = width;
                var place = y.mul(stride).add(at, HeldScalars.One).flatten(1).unsqueeze(1).expand(-1, x.shape[1], -1);
                var weight = rows[row].mul(columns[column]).mul(hasRow.logical_and(hasColumn).to_type(x.dtype)).flatten(1).unsqueeze(1);
                var term = pixels.gather(2, place).mul(weight);
                sum = sum is null ? term : sum.add(term, HeldScalars.One);
            }
        }

        return sum!.reshape(x.shape[0], x.shape[1], grid.shape[1], grid.shape[2]);
    }

    // The pixel at or before a place, and the weights of it, the one before it and the two after it.
    private static (Tensor Pixel, Tensor[] Weights) Taps(Tensor places, long length, bool isAligned)
    {
        var at = isAligned
            ? places.add(HeldScalars.One, HeldScalars.One).mul(HeldScalars.Of((length - 1) / 2.0))
            : places.add(HeldScalars.One, HeldScalars.One).mul(HeldScalars.Of(length / 2.0)).sub(HeldScalars.Of(0.5));
        var pixel = at.floor().detach();
        var t = at.sub(pixel);
        var rest = t.neg().add(HeldScalars.One, HeldScalars.One);
        return (pixel.to_type(ScalarType.Int64), [Far(t.add(HeldScalars.One, HeldScalars.One)), Near(t), Near(rest), Far(rest.add(HeldScalars.One, HeldScalars.One))]);
    }

    // (a + 2) d^3 - (a + 3) d^2 + 1 for distances below 1.
    private static Tensor Near(Tensor d) => d.mul(HeldScalars.Of(A + 2)).sub(HeldScalars.Of(A + 3)).mul(d).mul(d).add(HeldScalars.One, HeldScalars.One);

    // a d^3 - 5 a d^2 + 8 a d - 4 a for distances from 1 to 2.
    private static Tensor Far(Tensor d)
        => d.mul(HeldScalars.Of(A)).sub(HeldScalars.Of(5 * A)).mul(d).add(HeldScalars.Of(8 * A), HeldScalars.One).mul(d).sub(HeldScalars.Of(4 * A));

    private static (Tensor Place, Tensor IsInside) Inside(Tensor pixel, long offset, long length, GridSamplePaddingMode padding, bool isAligned)
    {
        var at = pixel.add(HeldScalars.Of(offset), HeldScalars.One);
        using Scalar last = length - 1;
        var isInside = at.ge(HeldScalars.Zero).logical_and(at.le(last));
        return padding switch
        {
            GridSamplePaddingMode.Zeros => (at.clamp(HeldScalars.Zero, last), isInside),
            GridSamplePaddingMode.Border => (at.clamp(HeldScalars.Zero, last), ones_like(isInside)),
            _ => (Reflect(at, length, isAligned).clamp(HeldScalars.Zero, last), ones_like(isInside)),
        };
    }

    // About the middles of the outer pixels if aligned, so with a period of 2 (length - 1); else about their outer edges, with a period of 2 length.
    private static Tensor Reflect(Tensor at, long length, bool isAligned)
    {
        if (isAligned && length == 1)
        {
            return zeros_like(at);
        }

        using Scalar period = isAligned ? 2 * (length - 1) : 2 * length;
        using Scalar mirror = isAligned ? 2 * (length - 1) : (2 * length) - 1;
        using Scalar end = length;
        var place = at.remainder(period);
        return where(place.lt(end), place, place.neg().add(mirror, HeldScalars.One));
    }
}
