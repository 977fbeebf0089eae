using System.Diagnostics;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>How fast a device draws, and how that compares with what it can do at all.</summary>
/// <param name="Model">Network.</param>
/// <param name="Layer">Target layer.</param>
/// <param name="Device">Device.</param>
/// <param name="Threads">Threads inside one operation.</param>
/// <param name="Batch">Images at once.</param>
/// <param name="Size">Picture side in pixels.</param>
/// <param name="Steps">Ascent steps measured.</param>
/// <param name="StepMilliseconds">Wall-clock time of one step of the whole batch, median.</param>
/// <param name="CpuMillisecondsPerChannelStep">Processor time of one step of one image, median: what to compare on a busy machine.</param>
/// <param name="ChannelStepsPerSecond">Images times steps a second of wall-clock time.</param>
/// <param name="GflopsPerSecond">Useful arithmetic: 4 operations a multiply-add, forward and gradient with respect to the input.</param>
/// <param name="CeilingGflopsPerSecond">What a large float32 matrix product reaches on the same device with the same threads, as such or as a convolution of single positions, whichever is faster.</param>
public sealed record BenchmarkResult(
    string Model, string Layer, string Device, int Threads, int Batch, int Size, int Steps,
    double StepMilliseconds, double CpuMillisecondsPerChannelStep, double ChannelStepsPerSecond,
    double GflopsPerSecond, double CeilingGflopsPerSecond);

/// <summary>Measures the ascent as <see cref="TorchChannelRenderer"/> runs it.</summary>
public static class EngineBenchmark
{
    private const int WarmUpSteps = 30;            // until the runtime has compiled the step for good
    private const int MeasuredIntervals = 8;       // at the least, between kept steps, for a median
    private const int CeilingSide = 1024;
    private const int CeilingProducts = 8;

    /// <summary>Draws channels 0, 1, ... of a layer for <see cref="RenderRecipe.Steps"/> steps, after a short warm-up.</summary>
    /// <param name="source">Network.</param>
    /// <param name="layer">Layer name.</param>
    /// <param name="recipe">How to draw, with its size settled.</param>
    /// <param name="options">Device, threads and batch.</param>
    /// <param name="progress">Told now and then how far it is.</param>
    /// <param name="cancellationToken">Honoured between two steps.</param>
    public static BenchmarkResult Run(
        NetworkSource source, string layer, RenderRecipe recipe, RendererOptions options,
        IProgress<BatchProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(options);
        var device = Devices.Find(options.Device);
        TorchRuntime.Initialize(options.Threads);
        TorchRuntime.PrepareThread();
        var batch = options.BatchSize ?? Devices.DefaultBatchSize(device);
        var info = source.Description.FindLayer(layer, recipe.Size);
        var tasks = Enumerable.Range(0, batch)
            .Select(n => new ChannelTask(source.Description.Name, source.Description.WeightsDigest, info.Name, n % info.ChannelCount, 0))
            .ToArray();

        using var network = source.Load(device);
        var maximizer = new ActivationMaximizer(network);
        maximizer.Maximize(recipe with { Steps = WarmUpSteps }, tasks, progress: null, cancellationToken);
        var clock = new StepClock(progress);
        maximizer.Maximize(recipe with { TrajectoryInterval = Math.Clamp(recipe.Steps / MeasuredIntervals, 1, recipe.TrajectoryInterval) }, tasks, clock, cancellationToken);
        var (wall, processor) = clock.MedianStep();

        var channelStepsPerSecond = batch / wall.TotalSeconds;
        return new(
            source.Description.Name, info.Name, device.ToString(), options.Threads, batch, recipe.Size, recipe.Steps,
            StepMilliseconds: wall.TotalMilliseconds,
            CpuMillisecondsPerChannelStep: processor.TotalMilliseconds / batch,
            ChannelStepsPerSecond: channelStepsPerSecond,
            GflopsPerSecond: 4e-9 * network.MultiplyAdds(info.Name, recipe.Size) * channelStepsPerSecond,
            CeilingGflopsPerSecond: Ceiling(device));
    }

    /// <summary>The best of several large matrix products, in GFLOP/s.</summary>
    /// <remarks>Two libraries compute them: the BLAS and, asked for a convolution, oneDNN. On some processors one of them has no use for the widest registers.</remarks>
    private static double Ceiling(Device device)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var a = ones(CeilingSide, CeilingSide, device: device);
        var columns = a.view(CeilingSide, CeilingSide, 1, 1);
        var positions = a.view(1, CeilingSide, CeilingSide, 1).permute(0, 2, 1, 3);          // channels-last
        var best = Math.Min(Fastest(() => a.matmul(a)), Fastest(() => nn.functional.conv2d(positions, columns, bias: null, dilation: [2, 2])));
        return 2e-9 * Math.Pow(CeilingSide, 3) / best;
    }

    private static double Fastest(Func<Tensor> product) => Enumerable.Range(0, CeilingProducts).Min(_ =>
    {
        using var scope = NewDisposeScope();
        var watch = Stopwatch.StartNew();
        product().flatten()[0].item<float>();                                                // waits for the device
        return watch.Elapsed.TotalSeconds;
    });
}
