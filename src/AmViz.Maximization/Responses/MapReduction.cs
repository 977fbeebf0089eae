using System.Runtime.InteropServices;
using AmViz.Responses;
using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>From the map of every channel to its largest value, where that is, where the smallest is, and the mean.</summary>
/// <remarks>
/// Torch finds places by a pass of its own for each of them, one number at a time. On the CPU this is one pass over the values for all four (<see cref="MapSweep"/>), where there is
/// a ReLU the same one that computes it. Maps are larger than caches, so each pass over them counts.
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

    /// <summary>Reduces the values before a ReLU and those after it, and overwrites the former by the latter: see <see cref="ClippingVisit"/>.</summary>
    /// <param name="maps">All pictures of a batch; without gradients.</param>
    /// <param name="ceiling">See <see cref="ClippingVisit"/>.</param>
    /// <param name="count">Pictures that are wanted; the rest fills the batch.</param>
    public static (LayerResponses Before, LayerResponses After) Clip(Tensor maps, float ceiling, int count)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var rows = maps.permute(0, 2, 3, 1);
        if (maps.device_type == DeviceType.CPU && maps.dtype == ScalarType.Float32 && rows.is_contiguous())
        {
            ClipByTorch(maps.narrow(0, count, maps.shape[0] - count), ceiling);
            return ClipOnCpu(rows.narrow(0, 0, count), ceiling);
        }

        var before = Of(maps, count);
        ClipByTorch(maps, ceiling);
        return (before, Of(maps, count));
    }

    private static void ClipByTorch(Tensor maps, float ceiling)
    {
        using Scalar largest = ceiling;
        maps.clamp_(HeldScalars.Zero, largest);
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
        var result = LayerResponses.Empty((int)maps.shape[0], (int)maps.shape[1]);

        // [N, h, w, C] in memory is how most layers lie already; tokens too.
        EachPicture(maps.permute(0, 2, 3, 1).contiguous(), (values, picture) => MapSweep.Reduce(values, picture * result.Channels, result));
        return result;
    }

    private static (LayerResponses Before, LayerResponses After) ClipOnCpu(Tensor rows, float ceiling)
    {
        var (count, channels) = ((int)rows.shape[0], (int)rows.shape[3]);
        var (before, after) = (LayerResponses.Empty(count, channels), LayerResponses.Empty(count, channels));
        EachPicture(rows, (values, picture) => MapSweep.Clip(values, ceiling, picture * channels, before, after));
        return (before, after);
    }

    private static void EachPicture(Tensor rows, Action<Span<float>, int> work)
    {
        var (count, length) = ((int)rows.shape[0], (int)(rows.NumberOfElements / rows.shape[0]));
        void One(int n) => work(MemoryMarshal.Cast<byte, float>(rows.bytes).Slice(n * length, length), n);
        var options = new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() };
        if (count > 1 && options.MaxDegreeOfParallelism > 1)
        {
            Parallel.For(0, count, options, One);
            return;
        }

        for (var n = 0; n < count; n++)
        {
            One(n);
        }
    }
}
