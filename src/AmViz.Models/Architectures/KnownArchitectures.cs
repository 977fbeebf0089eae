namespace AmViz.Models;

/// <summary>Every architecture that <c>config.json</c> may name.</summary>
internal static class KnownArchitectures
{
    /// <summary>In the order in which they are listed.</summary>
    public static IReadOnlyList<IArchitecture> All { get; } =
    [
        new MobileNetV1(), new MobileNetV2(), new InceptionV3(), new ResNetV2(), new VisionTransformer(), new OnnxModelArchitecture(), new TorchScript(),
    ];

    /// <summary>The one of a name; null if there is none.</summary>
    public static IArchitecture? Find(string name) => All.FirstOrDefault(architecture => architecture.Name == name);
}
