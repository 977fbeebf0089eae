using AmViz.Cli.Engine;
using AmViz.Cli.Options;
using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Sweeps;

namespace AmViz.Cli.Tests;

/// <summary>Answers at once and keeps what it was asked.</summary>
internal sealed class FakeEngine : IEngine
{
    public DeviceChoice? Device { get; private set; }

    /// <summary>How a task ends; by default every one is drawn.</summary>
    public Func<ChannelTask, ChannelOutcome> Ends { get; init; } = _ => ChannelOutcome.Rendered;

    /// <summary>Receives how each batch is to be saved.</summary>
    public Action<BatchCheckpoints?> Watch { get; init; } = _ => { };

    /// <summary>Called before every attack.</summary>
    public Action? OnAttack { get; init; }

    public ReferenceReport Report { get; init; } = new(Passed: true, 1.5e-5, [new("conv1_relu", 2e-6)], 3, 3);

    public IReadOnlyList<IReadOnlyList<ClassScore>> Classify(NetworkSource source, IReadOnlyList<Picture> pictures, int count, DeviceChoice device)
    {
        Device = device;
        return [.. pictures.Select(_ => (ClassScore[])[.. source.Description.Labels.Take(count).Select((label, index) => new ClassScore(index, label, 4 - index, 0.5 / (index + 1)))])];
    }

    public ReferenceReport Verify(NetworkSource source, ReferenceCheck reference, string photosFolder, DeviceChoice device) => Report;

    public IReadOnlyList<IChannelRenderer> CreateRenderers(INetworkSource networks, IReferencePhotographs photographs, DeviceChoice device, int tasks)
    {
        Device = device;
        return [.. Enumerable.Range(0, device.Workers ?? 1).Select(_ => new FakePngRenderer { Ends = Ends, Watch = Watch })];
    }

    public IReadOnlyList<IAttacker> CreateAttackers(NetworkSource source, DeviceChoice device, int pairs)
    {
        Device = device;
        return [.. Enumerable.Range(0, device.Workers ?? 1).Select(_ => new FakeAttacker(source.Description.Labels, device.Batch ?? 1) { OnAttack = OnAttack })];
    }

    public BenchmarkResult Measure(NetworkSource source, string layer, RenderRecipe recipe, DeviceChoice device, CancellationToken cancellationToken)
        => new(source.Description.Name, layer, "cpu", device.Threads, device.Batch ?? 1, recipe.Size, recipe.Steps, 2, 1.5, 500, 10, 40);

    /// <summary>Photographs that every responder was shown, in order.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<Picture> Shown { get; } = [];

    /// <summary>Called before each batch is shown.</summary>
    public Action? OnShow { get; init; }

    /// <summary>The response to a mean red, of a channel.</summary>
    public Func<float, int, float> Respond { get; init; } = (red, channel) => (channel + 1) * red;

    public IReadOnlyList<IResponder> CreateResponders(NetworkSource source, DeviceChoice device, int shards)
    {
        Device = device;
        return [.. Enumerable.Range(0, device.Workers ?? 1).Select(_ => new FakeResponder(source.Description, Shown) { OnShow = OnShow, Respond = Respond })];
    }

    /// <summary>The weights into a channel of a layer.</summary>
    public Func<string, string, int, float[]> Weigh { get; init; } = (_, _, channel) => [channel + 1, 1];

    /// <summary>How often weights were read.</summary>
    public int WeightsRead { get; private set; }

    public IReadOnlyList<IReadOnlyList<float[]>> ReadWeights(NetworkSource source, IReadOnlyList<string> layers)
    {
        WeightsRead++;
        return [.. layers.Select(layer => (float[][])[.. Enumerable.Range(0, source.Description.FindShape(layer).ChannelCount).Select(channel => Weigh(source.Description.Name, layer, channel))])];
    }

    public ResponseBenchmarkResult MeasureResponses(NetworkSource source, IReadOnlyList<string> layers, DeviceChoice device, CancellationToken cancellationToken)
        => new(source.Description.Name, layers.Count, 34, "cpu", device.Threads, 16, 256, 9, 10, 0.9);
}
