using AmViz.Cli.Options;
using AmViz.Imaging;
using AmViz.Models;
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

    private static INetwork Load(NetworkSource source, DeviceChoice device)
    {
        OpenMpPolicy.WaitPassively();
        TorchRuntime.Initialize(device.Threads);
        return source.Load(torch.CPU);
    }

    /// <summary><c>[1, 3, size, size]</c>, RGB in [0, 1].</summary>
    private static torch.Tensor ToTensor(Picture picture, int size, torch.Device device)
    {
        var square = picture.Width == size && picture.Height == size ? picture : picture.Resize(size, ResizeMode.CropCenter);
        using var flat = torch.tensor(square.ToPlanes(), device: device);
        return flat.reshape(1, 3, size, size);
    }
}
