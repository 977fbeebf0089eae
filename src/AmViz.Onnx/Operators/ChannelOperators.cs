using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Onnx;

/// <summary>Operators that make one channel for each picture, without the arithmetic of the others. The axis of the channels stays, with one entry.</summary>
internal static class ChannelOperators
{
    /// <summary>One channel for each picture, out of all.</summary>
    /// <param name="values">The first axis is that of the pictures.</param>
    /// <param name="axis">That of the channels.</param>
    /// <param name="channels"><c>[N]</c>, int64.</param>
    public static Tensor Pick(Tensor values, int axis, Tensor channels)
    {
        var shape = values.shape;
        shape[axis] = 1;
        return values.gather(axis, channels.view([-1, .. Enumerable.Repeat(1L, shape.Length - 1)]).expand(shape));
    }

    /// <summary>Of a linear map of tokens.</summary>
    /// <param name="call">Tokens <c>[N, T, in]</c>, weight <c>[out, in]</c>, bias <c>[out]</c>.</param>
    /// <param name="channels"><c>[N]</c>, int64.</param>
    /// <returns><c>[N, T, 1]</c>.</returns>
    public static Tensor OfLinearMap(OperatorCall call, Tensor channels)
        => call[0].bmm(call[1].index_select(0, channels).unsqueeze(2)).add(call[2].index_select(0, channels).view(-1, 1, 1), HeldScalars.One);

    /// <summary>Of a convolution over two axes, not in groups, without auto_pad: pictures become groups of one picture, each with its own kernel.</summary>
    /// <param name="call">Maps <c>[N, in, H, W]</c>, weight <c>[out, in, k, k]</c>, bias <c>[out]</c> or none.</param>
    /// <param name="channels"><c>[N]</c>, int64.</param>
    /// <returns><c>[N, 1, h, w]</c>.</returns>
    public static Tensor OfConvolution(OperatorCall call, Tensor channels)
    {
        var (x, weight, bias) = (call[0], call[1].index_select(0, channels), call.Optional(2)?.index_select(0, channels));
        var window = Windows.Of(call, weight.shape[2..]);
        if (window is { Kernel: [1, 1], HasBorder: false, Strides: [1, 1] })
        {
            // Channels innermost, as they lie in memory, so that the gradient comes back in that order too.
            var map = x.permute(0, 2, 3, 1).flatten(1, 2).bmm(weight.flatten(1).unsqueeze(2)).view(x.shape[0], 1, x.shape[2], x.shape[3]);
            return bias is null ? map : map.add(bias.view(-1, 1, 1, 1), HeldScalars.One);
        }

        if (!window.IsSymmetric)
        {
            x = window.Surround(x, 0);
            window = window with { Before = [0, 0], After = [0, 0] };
        }

        var (count, height, width) = (x.shape[0], x.shape[2], x.shape[3]);
        return F.conv2d(x.reshape(1, -1, height, width), weight, bias, window.Strides, padding: window.Before, dilation: window.Dilations, groups: count).permute(1, 0, 2, 3);
    }
}
