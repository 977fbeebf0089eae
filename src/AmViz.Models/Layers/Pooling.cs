using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>The largest or mean value under a window that slides over each channel.</summary>
/// <param name="name">As the original framework reports it.</param>
/// <param name="input">What it reads.</param>
/// <param name="window">Side, stride and padding.</param>
/// <param name="pool">The pooling, from <c>[N, C, H, W]</c> to <c>[N, C, h, w]</c>.</param>
internal sealed class Pooling(string name, Layer input, Window window, Func<Window, Tensor, Tensor> pool) : Layer(name, input)
{
    public override int ChannelCount => input.ChannelCount;

    public override bool IsChannelwise => true;

    public override LayerExtent Extent(int size) => window.On(input.Extent(size));

    public override Tensor Compute(ForwardPass pass) => pool(window, pass.Value(input));

    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels)
        => pool(window, pass.Channels(input, channels).unsqueeze(1)).squeeze(1);

    /// <summary>The largest value; zeros of the padding count, as after Keras' ZeroPadding2D.</summary>
    public static Tensor Largest(Window window, Tensor x)
    {
        if (window is { Rows: 1, Columns: 1 })
        {
            return Every(window.Stride, x);
        }

        var padded = window.Padding.IsNone ? x : F.pad(x, window.Zeros(x));
        return F.max_pool2d(padded, [window.Rows, window.Columns], [window.Stride, window.Stride]);
    }

    /// <summary>The largest value on the map, as PyTorch has it: the padding, even on every side, never is. <see cref="Padding.Ceiling"/> may be had.</summary>
    public static Tensor LargestInside(Window window, Tensor x)
    {
        var zeros = window.Zeros(x);                                                 // left, right, top, bottom
        return F.max_pool2d(
            x, [window.Rows, window.Columns], [window.Stride, window.Stride], padding: [zeros[2], zeros[0]], ceil_mode: window.Padding.ReachesEnd);
    }

    /// <summary>The mean of windows without padding.</summary>
    public static Tensor MeanOf(Window window, Tensor x) => F.avg_pool2d(x, [window.Rows, window.Columns], stride: [window.Stride, window.Stride]);

    /// <summary>The mean of the values that lie on the map; stride 1 and SAME.</summary>
    public static Tensor MeanInside(Window window, Tensor x) => Mean(window, x, countZeros: false);

    /// <summary>The mean, zeros of the padding counted; stride 1 and SAME.</summary>
    public static Tensor MeanWithZeros(Window window, Tensor x) => Mean(window, x, countZeros: true);

    private static Tensor Mean(Window window, Tensor x, bool countZeros) => F.avg_pool2d(
        x, [window.Rows, window.Columns], stride: [1, 1], padding: [window.Rows / 2, window.Columns / 2], count_include_pad: countZeros);

    private static Tensor Every(int stride, Tensor x)
    {
        var step = TensorIndex.Slice(step: stride);
        return x.index(TensorIndex.Ellipsis, step, step);
    }
}

/// <summary>Means over a fixed number of equal parts of the map, which overlap where they cannot be equal (PyTorch's adaptive pooling).</summary>
/// <param name="name">As the original framework reports it.</param>
/// <param name="input">What it reads.</param>
/// <param name="side">Rows and columns it makes.</param>
internal sealed class AdaptiveMean(string name, Layer input, int side) : Layer(name, input)
{
    public override int ChannelCount => input.ChannelCount;

    public override bool IsChannelwise => true;

    public override LayerExtent Extent(int size) => input.Extent(size) is { Height: > 0, Width: > 0 } ? new(side, side) : new(0, 0);

    public override Tensor Compute(ForwardPass pass) => F.adaptive_avg_pool2d(pass.Value(input), [side, side]);

    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels)
        => F.adaptive_avg_pool2d(pass.Channels(input, channels).unsqueeze(1), [side, side]).squeeze(1);
}

/// <summary>The mean over all positions, <c>[N, C]</c>.</summary>
internal sealed class GlobalMean(string name, Layer input) : Layer(name, input)
{
    public override int ChannelCount => input.ChannelCount;

    public override LayerExtent Extent(int size) => LayerExtent.One;

    public override Tensor Compute(ForwardPass pass) => pass.Value(input).mean([2, 3]);
}
