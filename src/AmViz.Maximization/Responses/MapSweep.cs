using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AmViz.Responses;

namespace AmViz.Maximization;

/// <summary>One sweep over the maps of a picture, as they lie in memory: all channels of a position, then those of the next.</summary>
/// <remarks>
/// 16 channels, one line of the cache, at once. Positions are taken some at a time, as many as the first cache holds with all their channels: the sweep then reads memory in its order, and what was found of
/// 16 channels stays in registers for all of them. Of each channel values are added up in the order of positions, whatever the block.
/// </remarks>
internal static class MapSweep
{
    private const int BlockValues = 8192;                           // 32 kB

    private static int Lanes => Vector512<float>.Count;

    /// <summary>Reduces the maps of one picture.</summary>
    /// <param name="values"><c>[P, C]</c>.</param>
    /// <param name="at">Where the picture's first channel lies in the result.</param>
    /// <param name="result">Where the numbers go.</param>
    public static void Reduce(ReadOnlySpan<float> values, int at, LayerResponses result)
    {
        var channels = result.Channels;
        var (positions, found) = (values.Length / channels, Nothing(channels));
        for (var (first, count) = (0, BlockOf(channels)); first < positions; first += count)
        {
            var block = values.Slice(first * channels, Math.Min(count, positions - first) * channels);
            _ = Fetch(block);
            for (var line = 0; line < found.Length; line++)
            {
                found[line] = Reduce(block[(line * Lanes)..], channels, found[line], Vector512.Create(first));
            }
        }

        CopyTo(found, result, at, positions);
        for (var channel = found.Length * Lanes; channel < channels; channel++)
        {
            ReduceOne(values, channel, at + channel, result);
        }
    }

    /// <summary>Reduces the maps of one picture, clips them, and reduces what that made of them.</summary>
    /// <param name="values"><c>[P, C]</c>: before the call not clipped, afterwards clipped.</param>
    /// <param name="ceiling">What larger values become; smaller ones than 0 become 0.</param>
    /// <param name="at">Where the picture's first channel lies in the results.</param>
    /// <param name="before">Where the numbers of the values that are not clipped go.</param>
    /// <param name="after">Where those of the clipped ones go.</param>
    public static void Clip(Span<float> values, float ceiling, int at, LayerResponses before, LayerResponses after)
    {
        var channels = before.Channels;
        var (positions, found, clipped) = (values.Length / channels, Nothing(channels), Nothing(channels));
        for (var (first, count) = (0, BlockOf(channels)); first < positions; first += count)
        {
            var block = values.Slice(first * channels, Math.Min(count, positions - first) * channels);
            _ = Fetch(block);
            for (var line = 0; line < found.Length; line++)
            {
                Clip(block[(line * Lanes)..], channels, ceiling, ref found[line], ref clipped[line], Vector512.Create(first));
            }
        }

        CopyTo(found, before, at, positions);
        CopyTo(clipped, after, at, positions);
        for (var channel = found.Length * Lanes; channel < channels; channel++)
        {
            ReduceOne(values, channel, at + channel, before);
            ClipOne(values, channel, channels, ceiling);
            ReduceOne(values, channel, at + channel, after);
        }
    }

    private static Extremes[] Nothing(int channels)
    {
        var found = new Extremes[channels / Lanes];
        found.AsSpan().Fill(Extremes.OfNothing);
        return found;
    }

    /// <summary>Brings a block into the cache. In the order of memory the processor fetches ahead of the program; from position to position it does not, and waits.</summary>
    /// <returns>Nothing of use: what is read must go somewhere.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Fetch(ReadOnlySpan<float> block)
    {
        var bits = 0;
        for (var i = 0; i < block.Length; i += Lanes)
        {
            bits |= BitConverter.SingleToInt32Bits(block[i]);
        }

        return bits;
    }

    private static int BlockOf(int channels) => Math.Max(1, BlockValues / channels);

    private static void CopyTo(Extremes[] found, LayerResponses result, int at, int positions)
    {
        for (var line = 0; line < found.Length; line++)
        {
            found[line].CopyTo(result, at + (line * Lanes), positions);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Extremes Reduce(ReadOnlySpan<float> values, int stride, Extremes found, Vector512<int> place)
    {
        for (var from = 0; from < values.Length; from += stride)
        {
            found.Add(Vector512.Create(values[from..]), place);
            place += Vector512<int>.One;
        }

        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clip(Span<float> values, int stride, float ceiling, ref Extremes before, ref Extremes after, Vector512<int> place)
    {
        var (found, foundAfter, largest) = (before, after, Vector512.Create(ceiling));
        for (var from = 0; from < values.Length; from += stride)
        {
            ref var value = ref Unsafe.As<float, Vector512<float>>(ref MemoryMarshal.GetReference(values.Slice(from, Lanes)));
            var (whole, clipped) = (value, Clip(value, largest));
            found.Add(whole, place);
            foundAfter.Add(clipped, place);
            value = clipped;
            place += Vector512<int>.One;
        }

        (before, after) = (found, foundAfter);
    }

    /// <summary>As torch does it: no number stays none, and a negative zero stays one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Clip(Vector512<float> values, Vector512<float> ceiling)
        => Vector512.MinNative(ceiling, Vector512.MaxNative(Vector512<float>.Zero, values));

    private static void ClipOne(Span<float> values, int channel, int channels, float ceiling)
    {
        for (var at = channel; at < values.Length; at += channels)
        {
            var value = values[at];
            values[at] = value < 0 ? 0 : value > ceiling ? ceiling : value;
        }
    }

    private static void ReduceOne(ReadOnlySpan<float> values, int channel, int at, LayerResponses result)
    {
        var (largest, smallest, sum) = (values[channel], values[channel], values[channel]);
        var (strongest, weakest, place) = (0, 0, 1);
        for (var from = channel + result.Channels; from < values.Length; (from, place) = (from + result.Channels, place + 1))
        {
            var value = values[from];
            if (value > largest)
            {
                (largest, strongest) = (value, place);
            }

            if (value < smallest)
            {
                (smallest, weakest) = (value, place);
            }

            sum += value;
        }

        (result.Peaks[at], result.Means[at], result.Strongest[at], result.Weakest[at]) = (largest, sum / place, strongest, weakest);
    }

    /// <summary>What was found of some channels.</summary>
    private struct Extremes
    {
        private Vector512<float> _largest, _smallest, _sum;
        private Vector512<int> _strongest, _weakest;

        /// <summary>Before the first position: what any value replaces, and a sum that changes none, not even a negative zero.</summary>
        public static Extremes OfNothing => new()
        {
            _largest = Vector512.Create(float.NegativeInfinity), _smallest = Vector512.Create(float.PositiveInfinity), _sum = Vector512.Create(float.NegativeZero),
        };

        /// <summary>Adds the next position.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector512<float> values, Vector512<int> place)
        {
            _strongest = Vector512.ConditionalSelect(Vector512.GreaterThan(values, _largest).AsInt32(), place, _strongest);
            _weakest = Vector512.ConditionalSelect(Vector512.LessThan(values, _smallest).AsInt32(), place, _weakest);
            (_largest, _smallest, _sum) = (Max(_largest, values), Vector512.MinNative(_smallest, values), _sum + values);
        }

        /// <summary>The larger numbers; of two zeros the positive one. Processors hand on either of them, Vector512.Max takes four times as long.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<float> Max(Vector512<float> one, Vector512<float> other)
            => Vector512.MaxNative(one, other) & Vector512.MaxNative(other, one);

        public readonly void CopyTo(LayerResponses result, int at, int positions)
        {
            _largest.CopyTo(result.Peaks, at);
            _strongest.CopyTo(result.Strongest, at);
            _weakest.CopyTo(result.Weakest, at);
            (_sum / Vector512.Create((float)positions)).CopyTo(result.Means, at);
        }
    }
}
