using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AmViz.Responses;
using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>From the map of every channel to its largest value, where that is, where the smallest is, and the mean.</summary>
/// <remarks>
/// Torch finds places by a pass of its own for each of them, one number at a time. On the CPU this is one pass over the values for all four, as many
/// channels at once as a register holds.
/// </remarks>
internal static class MapReduction
{
    /// <summary>Reduces the values of a layer.</summary>
    /// <param name="maps">As <see cref="INetwork.Forward"/> returns them of any layer but logits: <c>[N, C, h, w]</c>.</param>
    /// <param name="count">Pictures that are wanted; the rest fills the batch.</param>
    public static LayerResponses Of(Tensor maps, int count)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var wanted = maps.narrow(0, 0, count);
        return wanted.device_type == DeviceType.CPU && wanted.dtype == ScalarType.Float32 ? OnCpu(wanted) : OnOtherDevices(wanted);
    }

    /// <summary>By torch's own operations: the reference, and what GPUs have kernels for.</summary>
    internal static LayerResponses OnOtherDevices(Tensor maps)
    {
        var (count, channels) = ((int)maps.shape[0], (int)maps.shape[1]);
        var flat = maps.reshape(count, channels, -1).to(ScalarType.Float32);                    // [N, C, P]
        var places = arange(flat.shape[2], dtype: ScalarType.Int32, device: flat.device).view(1, 1, -1);
        var beyond = full_like(places, HeldScalars.Of(flat.shape[2] - 1));
        Tensor First(Tensor extreme) => where(flat.eq(extreme), places, beyond).amin([2]);
        var (largest, smallest) = (flat.amax([2], keepdim: true), flat.amin([2], keepdim: true));
        return new(
            channels, Floats(largest.squeeze(2)), Integers(First(largest)), Integers(First(smallest)), Floats(flat.mean([2])));
    }

    private static float[] Floats(Tensor values) => values.cpu().contiguous().data<float>().ToArray();

    private static int[] Integers(Tensor values) => values.to(ScalarType.Int32).cpu().contiguous().data<int>().ToArray();

    private static LayerResponses OnCpu(Tensor maps)
    {
        var (count, channels, positions) = ((int)maps.shape[0], (int)maps.shape[1], (int)(maps.shape[2] * maps.shape[3]));
        var result = LayerResponses.Empty(count, channels);

        // [N, h, w, C] in memory is how most layers lie already; tokens too.
        var rows = maps.permute(0, 2, 3, 1).contiguous();
        var options = new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() };
        void One(int n) => Reduce(
            MemoryMarshal.Cast<byte, float>(rows.bytes).Slice(n * positions * channels, positions * channels), positions, n * channels, result);
        if (count == 1 || options.MaxDegreeOfParallelism == 1)
        {
            for (var n = 0; n < count; n++)
            {
                One(n);
            }
        }
        else
        {
            Parallel.For(0, count, options, One);
        }

        return result;
    }

    /// <summary>Reduces the maps of one picture.</summary>
    /// <param name="values"><c>[P, C]</c>.</param>
    /// <param name="positions">P.</param>
    /// <param name="at">Where the picture's first channel lies in the result.</param>
    /// <param name="result">Where the numbers go.</param>
    internal static void Reduce(ReadOnlySpan<float> values, int positions, int at, LayerResponses result)
    {
        var (channels, lanes) = (result.Channels, Vector<float>.Count);
        Span<float> peaks = result.Peaks.AsSpan(at, channels), means = result.Means.AsSpan(at, channels);
        Span<int> strongest = result.Strongest.AsSpan(at, channels), weakest = result.Weakest.AsSpan(at, channels);
        var channel = 0;
        for (; channel + (2 * lanes) <= channels; channel += 2 * lanes)
        {
            var (one, other) = (new Extremes(values[channel..]), new Extremes(values[(channel + lanes)..]));
            for (var (p, from) = (1, channel + channels); p < positions; (p, from) = (p + 1, from + channels))
            {
                // Both vectors are one line of the cache, which is fetched once.
                var place = new Vector<int>(p);
                one.Add(new(values[from..]), place);
                other.Add(new(values[(from + lanes)..]), place);
            }

            one.CopyTo(peaks[channel..], strongest[channel..], weakest[channel..], means[channel..], positions);
            other.CopyTo(peaks[(channel + lanes)..], strongest[(channel + lanes)..], weakest[(channel + lanes)..], means[(channel + lanes)..], positions);
        }

        for (; channel < channels; channel++)
        {
            ReduceOne(values, positions, channel, peaks, strongest, weakest, means);
        }
    }

    private static void ReduceOne(
        ReadOnlySpan<float> values, int positions, int channel, Span<float> peaks, Span<int> strongest, Span<int> weakest, Span<float> means)
    {
        var (largest, smallest, sum, channels) = (values[channel], values[channel], values[channel], peaks.Length);
        for (var p = 1; p < positions; p++)
        {
            var value = values[(p * channels) + channel];
            if (value > largest)
            {
                (largest, strongest[channel]) = (value, p);
            }

            if (value < smallest)
            {
                (smallest, weakest[channel]) = (value, p);
            }

            sum += value;
        }

        (peaks[channel], means[channel]) = (largest, sum / positions);
    }

    /// <summary>What was found of as many channels as a register holds.</summary>
    private struct Extremes
    {
        private Vector<float> _largest, _smallest, _sum;
        private Vector<int> _strongest, _weakest;

        /// <summary>Of one position.</summary>
        public Extremes(ReadOnlySpan<float> values)
        {
            _largest = _smallest = _sum = new(values);
            _strongest = _weakest = Vector<int>.Zero;
        }

        /// <summary>Adds the next position.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector<float> values, Vector<int> place)
        {
            _strongest = Vector.ConditionalSelect(Vector.GreaterThan(values, _largest), place, _strongest);
            _weakest = Vector.ConditionalSelect(Vector.LessThan(values, _smallest), place, _weakest);
            (_largest, _smallest, _sum) = (Vector.Max(_largest, values), Vector.Min(_smallest, values), _sum + values);
        }

        public readonly void CopyTo(Span<float> peaks, Span<int> strongest, Span<int> weakest, Span<float> means, int positions)
        {
            _largest.CopyTo(peaks);
            _strongest.CopyTo(strongest);
            _weakest.CopyTo(weakest);
            (_sum / new Vector<float>(positions)).CopyTo(means);
        }
    }
}
