using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Onnx;

/// <summary>Convolutions over one to three axes.</summary>
internal static class ConvolutionOperators
{
    /// <summary>Channels of pictures; more are those of maps.</summary>
    public const int MostColours = 4;

    private const int SmallestForOneDnn = 20480;        // values of a single picture's map; ATen's Convolution.cpp, use_mkldnn

    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("Conv", 1, Convolve),
        OperatorRule.Of("ConvTranspose", 1, Spread),
    ];

    private static Tensor Convolve(OperatorCall call)
    {
        var (x, weight, bias) = (call[0], call[1], call.Optional(2));
        var window = Windows.Of(call, KernelOf(call, weight));
        RequirePositions(call, window, x);
        var groups = Groups(call, weight.shape[0], x.shape[1], weight.shape[1]);
        if (x.device_type == DeviceType.META)
        {
            return Ghost(x, [x.shape[0], weight.shape[0], .. x.shape[2..].Select((length, axis) => window.Positions(axis, length))]);
        }

        if (WorksOnBlocks(window, x, groups))
        {
            var (top, left) = (window.Before[0], window.Before[1]);
            return BlockConvolution.Of(x, BlockConvolution.KernelOf(weight, top, left), bias, top, left, window.Positions(0, x.shape[2]), window.Positions(1, x.shape[3]));
        }

        if (!window.IsSymmetric)
        {
            x = window.Surround(x, 0);
            window = window with { Before = new long[window.Rank], After = new long[window.Rank] };
        }

        switch (window.Rank)
        {
            case 1:
                var wide = window.Widened();
                return F.conv2d(x.unsqueeze(2), weight.unsqueeze(2), bias, wide.Strides, padding: wide.Before, dilation: wide.Dilations, groups: groups).squeeze(2);
            case 2:
                return CutsPatches(window, x, groups) ? OfPatches(x, weight, bias) : F.conv2d(x, weight, bias, window.Strides, padding: window.Before, dilation: IsForOneDnn(window, x) ? [2, 2] : window.Dilations, groups: groups);
            default:
                return F.conv3d(x, weight, bias, window.Strides, padding: window.Before, dilation: window.Dilations, groups: groups);
        }
    }

    /// <summary>Whether a convolution of single positions is told to spread its window, which changes no value: PyTorch then leaves it to oneDNN, which is quicker than its matrix product.</summary>
    private static bool IsForOneDnn(Windows window, Tensor x)
        => window.Kernel is [1, 1] && !window.HasBorder && window.Strides is [1, 1] && x.device_type == DeviceType.CPU && (x.shape[0] > 1 || x.NumberOfElements > SmallestForOneDnn);

    /// <summary>Whether a convolution of pixels takes each of them once, as that which makes tokens of a picture.</summary>
    private static bool CutsPatches(Windows window, Tensor x, long groups)
        => groups == 1 && x.shape[1] <= MostColours && !window.HasBorder && window.Kernel is [> 1 and var height, > 1 and var width] && window.Strides.SequenceEqual(window.Kernel)
            && window.IsDense && x.shape[2] % height == 0 && x.shape[3] % width == 0;

    /// <summary>Whether a convolution of pixels halves a picture of even sides by windows that overlap.</summary>
    private static bool WorksOnBlocks(Windows window, Tensor x, long groups)
        => groups == 1 && x.shape[1] <= MostColours && x.dim() == 4 && x.device_type == DeviceType.CPU && window.IsDense && window.Strides is [2, 2] && window.Kernel is [> 2, > 2] && x.shape[2] % 2 == 0 && x.shape[3] % 2 == 0;

    /// <summary>The same as a linear map of every patch: libraries compute the gradient of a strided convolution of few channels poorly.</summary>
    private static Tensor OfPatches(Tensor x, Tensor weight, Tensor? bias)
    {
        var (outputs, channels, height, width) = (weight.shape[0], weight.shape[1], weight.shape[2], weight.shape[3]);
        var (count, rows, columns) = (x.shape[0], x.shape[2] / height, x.shape[3] / width);
        var blocks = x.reshape(count, channels, rows, height, columns, width);

        // In the order in which the weight lies, so that it is not copied.
        return weight.is_contiguous() ? Map(blocks.permute(0, 2, 4, 1, 3, 5), weight) : Map(blocks.permute(0, 2, 4, 3, 5, 1), weight.permute(0, 2, 3, 1));

        Tensor Map(Tensor patches, Tensor kernels) => LinearProduct.Of(patches.reshape(count, rows, columns, height * width * channels), kernels.reshape(outputs, -1), bias).permute(0, 3, 1, 2);
    }

    // Torch itself finds no shapes of convolutions without computing them.
    private static Tensor Ghost(Tensor x, long[] shape) => empty(shape, dtype: x.dtype, device: x.device);

    private static Tensor Spread(OperatorCall call)
    {
        var (x, weight, bias) = (call[0], call[1], call.Optional(2));
        var window = Windows.Of(new OperatorCall(call.Node with { Attributes = WithoutSame(call) }, [x]), KernelOf(call, weight));
        var groups = call.Attributes.Integer("group", 1);
        if (groups < 1 || weight.shape[0] != x.shape[1] || weight.shape[0] % groups != 0)
        {
            throw call.Node.Refuse($"spreads {x.shape[1]} channels by a weight of [{string.Join(", ", weight.shape)}] in {groups} groups, which do not fit. Export the network again.");
        }

        var rank = window.Rank;
        var further = Windows.Sizes(call, "output_padding", rank, preset: 0, least: 0);
        window = WithBorder(call, window, x, further);
        var whole = Enumerable.Range(0, rank).Select(axis => ((x.shape[axis + 2] - 1) * window.Strides[axis]) + window.Span(axis)).ToArray();
        var sizes = whole.Select((length, axis) => length + further[axis] - window.Before[axis] - window.After[axis]).ToArray();
        if (sizes.Any(size => size < 1))
        {
            throw call.Node.Refuse($"makes a map of [{string.Join(", ", sizes)}] of [{string.Join(", ", x.shape)}]; expected at least 1. Give larger pictures, or export the network again.");
        }

        TensorBound.Count(call, [x.shape[0], weight.shape[1], .. whole]);
        TensorBound.Count(call, [x.shape[0], weight.shape[1], .. sizes]);
        if (x.device_type == DeviceType.META)
        {
            return Ghost(x, [x.shape[0], weight.shape[1] * groups, .. sizes]);
        }

        if (window.IsSymmetric && further.Select((more, axis) => more < Math.Max(window.Strides[axis], window.Dilations[axis])).All(fits => fits))
        {
            return Transposed(x, weight, bias, window, window.Before, further, groups);
        }

        // The whole map, cut or lengthened at each end; the bias holds where nothing else does.
        var map = Transposed(x, weight, bias: null, window, new long[rank], new long[rank], groups);
        for (var axis = 0; axis < rank; axis++)
        {
            var more = Math.Max(0, window.Before[axis] + sizes[axis] - whole[axis]);
            if (more > 0)
            {
                map = F.pad(map, [.. Enumerable.Repeat(0L, 2 * (rank - 1 - axis)), 0, more]);
            }

            map = map.narrow(axis + 2, window.Before[axis], sizes[axis]);
        }

        return bias is null ? map : map.add(bias.view([-1, .. Enumerable.Repeat(1L, rank)]), HeldScalars.One);
    }

    private static Tensor Transposed(Tensor x, Tensor weight, Tensor? bias, Windows window, long[] border, long[] further, long groups) => window.Rank switch
    {
        1 => F.conv_transpose2d(x.unsqueeze(2), weight.unsqueeze(2), bias, [1, .. window.Strides], [0, .. border], [0, .. further], [1, .. window.Dilations], groups).squeeze(2),
        2 => F.conv_transpose2d(x, weight, bias, window.Strides, border, further, window.Dilations, groups),
        _ => F.conv_transpose3d(x, weight, bias, window.Strides, border, further, window.Dilations, groups),
    };

    // SAME means another border here than for a convolution.
    private static OnnxAttributes WithoutSame(OperatorCall call)
        => call.Attributes.Text("auto_pad", "NOTSET") is "SAME_UPPER" or "SAME_LOWER" || call.Attributes.Has("output_shape") ? call.Attributes.Without("auto_pad", "pads") : call.Attributes;

    // The border that makes a map of the wanted size: output_shape, or with SAME the size of x times the stride.
    private static Windows WithBorder(OperatorCall call, Windows window, Tensor x, long[] further)
    {
        var mode = call.Attributes.Text("auto_pad", "NOTSET");
        var asked = call.Attributes.Integers("output_shape");
        var isSame = mode is "SAME_UPPER" or "SAME_LOWER";
        if (asked is null && !isSame)
        {
            return window;
        }

        var rank = window.Rank;
        var sizes = asked is null ? [.. Enumerable.Range(0, rank).Select(axis => x.shape[axis + 2] * window.Strides[axis])]
            : asked.Length == rank || asked.Length == rank + 2 ? asked[^rank..]
            : throw call.Node.Refuse($"has the output_shape [{ErrorText.Shorten(string.Join(", ", asked))}]; expected {rank} sizes. Export the network again.");
        TensorBound.Count(call, sizes);
        var before = new long[rank];
        var after = new long[rank];
        for (var axis = 0; axis < rank; axis++)
        {
            var total = ((x.shape[axis + 2] - 1) * window.Strides[axis]) + further[axis] + window.Span(axis) - sizes[axis];
            if (total < 0)
            {
                further[axis] -= total;
                total = 0;
            }

            before[axis] = mode == "SAME_UPPER" ? total / 2 : total - (total / 2);
            after[axis] = total - before[axis];
        }

        return window with { Before = before, After = after };
    }

    private static long[] KernelOf(OperatorCall call, Tensor weight)
    {
        if (weight.dim() != call[0].dim())
        {
            throw call.Node.Refuse($"has a weight of [{string.Join(", ", weight.shape)}] for a tensor of {call[0].dim()} axes. Export the network again.");
        }

        var kernel = weight.shape[2..];
        return call.Attributes.Integers("kernel_shape") is not { } told || told.AsSpan().SequenceEqual(kernel)
            ? kernel
            : throw call.Node.Refuse($"has the kernel_shape [{ErrorText.Shorten(string.Join(", ", told))}], but a weight of [{string.Join(", ", weight.shape)}]. Export the network again.");
    }

    private static long Groups(OperatorCall call, long outputs, long channels, long channelsOfGroup)
    {
        var groups = call.Attributes.Integer("group", 1);
        return groups >= 1 && outputs % groups == 0 && groups <= channels && channels == channelsOfGroup * groups
            ? groups
            : throw call.Node.Refuse($"has {outputs} kernels over {channelsOfGroup} channels in {groups} groups for {channels} channels, which do not fit. Export the network again.");
    }

    private static void RequirePositions(OperatorCall call, Windows window, Tensor x)
    {
        for (var axis = 0; axis < window.Rank; axis++)
        {
            if (window.Positions(axis, x.shape[axis + 2]) < 1)
            {
                throw call.Node.Refuse($"has a window of [{string.Join(", ", window.Kernel)}], which does not fit on [{string.Join(", ", x.shape)}]. Give larger pictures.");
            }
        }

        TensorBound.Count(call, [x.shape[0], Math.Max(x.shape[1], call[1].shape[0]), .. Enumerable.Range(0, window.Rank).Select(axis => x.shape[axis + 2] + window.Before[axis] + window.After[axis])]);
    }
}
