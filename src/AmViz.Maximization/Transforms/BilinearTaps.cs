using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AmViz.Maximization;

/// <summary>Bilinear sampling of one picture on the CPU, and its adjoint.</summary>
/// <remarks>
/// The same numbers as torch's grid_sample with mirrored edges, in less time: places are computed in the pass that
/// reads there, once for all colours, and nothing but the picture is written.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
internal static class BilinearTaps<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Copy = sampled picture.</summary>
    /// <param name="map">Where each pixel of the copy is read.</param>
    /// <param name="picture">Colour planes one after the other.</param>
    /// <param name="copy">The same shape; overwritten.</param>
    /// <param name="height">Rows of a plane.</param>
    /// <param name="width">Columns of a plane.</param>
    public static void Sample(AffineMap map, ReadOnlySpan<T> picture, Span<T> copy, int height, int width)
        => Visit(map, height, width, new Read(picture, copy, height * width));

    /// <summary>Adds to the gradient of the picture what the gradient of its copy says: the adjoint of <see cref="Sample"/>.</summary>
    /// <param name="map">As for <see cref="Sample"/>.</param>
    /// <param name="copyGradient">Colour planes one after the other.</param>
    /// <param name="pictureGradient">The same shape; added to.</param>
    /// <param name="height">Rows of a plane.</param>
    /// <param name="width">Columns of a plane.</param>
    public static void Spread(AffineMap map, ReadOnlySpan<T> copyGradient, Span<T> pictureGradient, int height, int width)
        => Visit(map, height, width, new Write(copyGradient, pictureGradient, height * width));

    private static void Visit<TVisitor>(AffineMap map, int height, int width, TVisitor visitor)
        where TVisitor : struct, ITapVisitor, allows ref struct
    {
        var (cosine, sine) = (T.CreateChecked(map.Cosine), T.CreateChecked(map.Sine));
        for (var row = 0; row < height; row++)
        {
            var (x0, y0) = (T.CreateChecked(map.ColumnAt(0, row)), T.CreateChecked(map.RowAt(0, row)));
            for (var column = 0; column < width; column++)
            {
                var x = Mirrored(x0 + cosine * T.CreateTruncating(column), width);
                var y = Mirrored(y0 + sine * T.CreateTruncating(column), height);
                var (left, top) = (int.CreateTruncating(x), int.CreateTruncating(y));
                var (toRight, toBottom) = (x - T.CreateTruncating(left), y - T.CreateTruncating(top));
                var first = top * width + left;
                visitor.Visit(
                    row * width + column, first, left + 1 < width ? 1 : 0, top + 1 < height ? width : 0, toRight, toBottom);
            }
        }
    }

    /// <summary>A place along an axis of <paramref name="length"/> pixels, mirrored at the outer edges of the first and the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Mirrored(T place, int length)
    {
        var last = T.CreateTruncating(length - 1);
        return place >= T.Zero && place <= last ? place : MirroredOutside(place, length);
    }

    private static T MirroredOutside(T place, int length)
    {
        var half = T.CreateChecked(0.5);
        var (end, period) = (T.CreateChecked(length), T.CreateChecked(2 * length));
        var folded = T.Abs(place + half) % period;
        return T.Clamp((folded > end ? period - folded : folded) - half, T.Zero, end - T.One);
    }

    /// <summary>What is done with the four pixels that a place lies between.</summary>
    private interface ITapVisitor
    {
        /// <summary>Does it for one pixel of the copy.</summary>
        /// <param name="target">Pixel of the copy.</param>
        /// <param name="first">The upper left of the four.</param>
        /// <param name="right">How many pixels further its right neighbour is; 0 at the edge.</param>
        /// <param name="down">How many pixels further its lower neighbour is; 0 at the edge.</param>
        /// <param name="toRight">Share of the right pixels, 0 to 1.</param>
        /// <param name="toBottom">Share of the lower pixels, 0 to 1.</param>
        void Visit(int target, int first, int right, int down, T toRight, T toBottom);
    }

    private readonly ref struct Read(ReadOnlySpan<T> picture, Span<T> copy, int plane) : ITapVisitor
    {
        private readonly ref T _picture = ref MemoryMarshal.GetReference(picture);
        private readonly ref T _copy = ref MemoryMarshal.GetReference(copy);
        private readonly int _length = picture.Length;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Visit(int target, int first, int right, int down, T toRight, T toBottom)
        {
            for (var start = 0; start < _length; start += plane)
            {
                ref var tap = ref Unsafe.Add(ref _picture, start + first);
                ref var below = ref Unsafe.Add(ref tap, down);
                var upper = tap + toRight * (Unsafe.Add(ref tap, right) - tap);
                var lower = below + toRight * (Unsafe.Add(ref below, right) - below);
                Unsafe.Add(ref _copy, start + target) = upper + toBottom * (lower - upper);
            }
        }
    }

    private readonly ref struct Write(ReadOnlySpan<T> copyGradient, Span<T> pictureGradient, int plane) : ITapVisitor
    {
        private readonly ref T _copy = ref MemoryMarshal.GetReference(copyGradient);
        private readonly ref T _picture = ref MemoryMarshal.GetReference(pictureGradient);
        private readonly int _length = copyGradient.Length;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Visit(int target, int first, int right, int down, T toRight, T toBottom)
        {
            for (var start = 0; start < _length; start += plane)
            {
                var gradient = Unsafe.Add(ref _copy, start + target);
                var (ofRight, ofLower) = (gradient * toRight, gradient * toBottom);
                var ofLowerRight = ofLower * toRight;
                ref var tap = ref Unsafe.Add(ref _picture, start + first);
                ref var below = ref Unsafe.Add(ref tap, down);
                tap += gradient - ofRight - ofLower + ofLowerRight;
                Unsafe.Add(ref tap, right) += ofRight - ofLowerRight;
                below += ofLower - ofLowerRight;
                Unsafe.Add(ref below, right) += ofLowerRight;
            }
        }
    }
}
