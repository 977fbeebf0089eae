namespace AmViz.Models;

/// <summary>Every architecture that <c>config.json</c> may name.</summary>
internal static class KnownArchitectures
{
    /// <summary>In the order in which they are listed.</summary>
    public static IReadOnlyList<IArchitecture> All { get; } =
    [
        new MobileNetV1(), new MobileNetV2(), new InceptionV3(), new ResNetV2(), new VisionTransformer(), new ConvNext(), new SwinTransformer(), new ResNet(), new GoogLeNet(), new Vgg(), new DenseNet(),
        new MobileNetV3(), new EfficientNet(), new RegNet(), new OnnxModelArchitecture(), new TorchScript(),
    ];

    /// <summary>The one of a name, or of the name of one of its networks; null if there is none.</summary>
    public static IArchitecture? Find(string name) => All.FirstOrDefault(architecture => architecture.Name == name) ?? All.FirstOrDefault(architecture => architecture.FindNetwork(name) is not null);

    /// <summary>The network of a name, such as <c>resnet50</c>; null if there is none, or the name is that of an architecture.</summary>
    public static PublishedNetwork? FindNetwork(string name) => All.Select(architecture => architecture.FindNetwork(name)).FirstOrDefault(network => network is not null);
}
