using AmViz.Cli.CommandLine;
using AmViz.Cli.Options;
using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Sweeps;
using TorchSharp;

namespace AmViz.Cli.Engine;

/// <summary>The engine of the product: torch, loaded when it is first needed.</summary>
internal sealed class TorchEngine : IEngine
{
    /// <inheritdoc/>
    public IReadOnlyList<ClassScore> Classify(NetworkSource source, Picture picture, int count, DeviceChoice device)
    {
        using var network = Load(source, device);
        using var image = ToTensor(picture, source.Description.InputSize, network.Device);
        return new Classifier(network).Top(image, count);
    }

    /// <inheritdoc/>
    public ReferenceReport Verify(NetworkSource source, ReferenceCheck reference, string photosFolder, DeviceChoice device)
    {
        using var network = Load(source, device);
        return reference.Run(network, photo =>
            ToTensor(PictureLoader.Load(Path.Combine(photosFolder, photo)), source.Description.InputSize, network.Device));
    }

    /// <inheritdoc/>
    public IReadOnlyList<IChannelRenderer> CreateRenderers(OpenedNetworks networks, DeviceChoice device, int tasks)
    {
        OpenMpPolicy.WaitPassively();
        var count = Math.Clamp(device.Workers ?? WorkersThatSuit(device), 1, Math.Max(1, tasks));
        var known = new KnownNetworks(networks.Sources);
        return [.. Enumerable.Range(0, count).Select(_ => new TorchChannelRenderer(known, OptionsFor(device)))];
    }

    /// <inheritdoc/>
    public BenchmarkResult Measure(NetworkSource source, string layer, RenderRecipe recipe, DeviceChoice device, CancellationToken cancellationToken)
    {
        OpenMpPolicy.WaitPassively();
        FindDevice(device);
        return EngineBenchmark.Run(source, layer, recipe, OptionsFor(device), progress: null, cancellationToken);
    }

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

    /// <summary><c>[1, 3, size, size]</c>, RGB in [0, 1].</summary>
    private static torch.Tensor ToTensor(Picture picture, int size, torch.Device device)
    {
        var square = picture.Width == size && picture.Height == size ? picture : picture.Resize(size, ResizeMode.CropCenter);
        using var flat = torch.tensor(square.ToPlanes(), device: device);
        return flat.reshape(1, 3, size, size);
    }
}
