using AmViz.Cli.Options;
using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;
using TorchSharp;

namespace AmViz.Cli.Engine;

/// <summary>The engine of the product: torch, loaded when it is first needed.</summary>
internal sealed class TorchEngine : IEngine
{
    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<ClassScore>> Classify(NetworkSource source, IReadOnlyList<Picture> pictures, int count, DeviceChoice device)
    {
        using var network = Load(source, device);
        var classifier = new Classifier(network);
        return [.. pictures.Select(picture =>
        {
            using var image = ToImage(picture, source.Description, network.Device);
            return classifier.Top(image, count);
        })];
    }

    /// <inheritdoc/>
    public ReferenceReport Verify(NetworkSource source, ReferenceCheck reference, string photosFolder, DeviceChoice device)
    {
        using var network = Load(source, device);
        return reference.Run(network, photo =>
            ToImage(Read(Path.Combine(photosFolder, photo), source.Description), source.Description, network.Device));
    }

    /// <inheritdoc/>
    public IReadOnlyList<IChannelRenderer> CreateRenderers(INetworkSource networks, IReferencePhotographs photographs, DeviceChoice device, int tasks)
    {
        OpenMpPolicy.WaitPassively();
        var count = WorkersFor(device, tasks);
        return [.. Enumerable.Range(0, count).Select(_ => new TorchChannelRenderer(networks, OptionsFor(device), photographs))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<IAttacker> CreateAttackers(NetworkSource source, DeviceChoice device, int pairs)
    {
        OpenMpPolicy.WaitPassively();
        return [.. Enumerable.Range(0, WorkersFor(device, pairs)).Select(_ => new TorchAttacker(source, OptionsFor(device)))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<IResponder> CreateResponders(NetworkSource source, DeviceChoice device, int shards)
    {
        OpenMpPolicy.WaitPassively();
        return [.. Enumerable.Range(0, WorkersFor(device, shards)).Select(_ => new TorchResponder(source, OptionsFor(device)))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<float[]>> ReadWeights(NetworkSource source, IReadOnlyList<string> layers)
    {
        OpenMpPolicy.WaitPassively();
        return ChannelWeights.Of(source).Read(layers);
    }

    /// <inheritdoc/>
    public BenchmarkResult Measure(NetworkSource source, string layer, RenderRecipe recipe, DeviceChoice device, CancellationToken cancellationToken)
    {
        OpenMpPolicy.WaitPassively();
        FindDevice(device);
        return EngineBenchmark.Run(source, layer, recipe, OptionsFor(device), progress: null, cancellationToken);
    }

    /// <inheritdoc/>
    public ResponseBenchmarkResult MeasureResponses(NetworkSource source, IReadOnlyList<string> layers, DeviceChoice device, CancellationToken cancellationToken)
    {
        OpenMpPolicy.WaitPassively();
        FindDevice(device);
        return ResponseBenchmark.Run(source, layers, OptionsFor(device), cancellationToken);
    }

    private static int WorkersFor(DeviceChoice device, int tasks)
        => Math.Clamp(device.Workers ?? WorkersThatSuit(device), 1, Math.Max(1, tasks));

    // A batch gains nothing on a CPU, but pictures drawn side by side do, one a core; a GPU gains by its batch.
    private static int WorkersThatSuit(DeviceChoice device)
        => FindDevice(device).type == DeviceType.CPU ? Environment.ProcessorCount / device.Threads : 1;

    private static RendererOptions OptionsFor(DeviceChoice device)
        => new() { Device = device.Device, Threads = device.Threads, BatchSize = device.Batch };

    private static torch.Device FindDevice(DeviceChoice device)
    {
        try
        {
            return Devices.Find(device.Device);
        }
        catch (ChannelRenderException exception)
        {
            throw new UsageException($"--device: {exception.Message}");
        }
    }

    private static INetwork Load(NetworkSource source, DeviceChoice device)
    {
        OpenMpPolicy.WaitPassively();
        TorchRuntime.Initialize(device.Threads);
        return source.Load(FindDevice(device));
    }

    private static torch.Tensor ToImage(Picture picture, NetworkDescription network, torch.Device device)
        => NetworkInput.ToImages([picture], network, device);

    private static Picture Read(string path, NetworkDescription network) => NetworkInput.Read(path, network).Picture;
}
