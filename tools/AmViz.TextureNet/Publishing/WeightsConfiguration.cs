using AmViz.Models;
using AmViz.TextureNet.Network;

namespace AmViz.TextureNet.Publishing;

/// <summary>What <c>config.json</c> says; the names are those of the file, and what does not concern a network is left out.</summary>
internal sealed record WeightsConfiguration
{
    private const string MobileNet = "mobilenet_v1";
    private const string VisionTransformer = "vit";

    public required string Architecture { get; init; }
    public required int Classes { get; init; }
    public string Labels { get; init; } = "labels.json";
    public string Preprocessing { get; init; } = "x / 127.5 - 1 (RGB, 0..255)";
    public string? Padding { get; init; }
    public string? Activation { get; init; }
    public required string Layout { get; init; }
    public required double Width { get; init; }
    public int? PatchSize { get; init; }
    public int? Depth { get; init; }
    public int? Heads { get; init; }
    public required int InputSize { get; init; }
    public string? BatchNorm { get; init; }
    public required string Sha256 { get; init; }
    public required IReadOnlyDictionary<string, string> Provenance { get; init; }

    /// <summary>The description of a network of this program.</summary>
    public static WeightsConfiguration Of(
        NetworkShape shape, int inputSize, string sha256, IReadOnlyDictionary<string, string> provenance) => shape switch
        {
            MobileNetShape mobileNet => new()
            {
                Architecture = MobileNet,
                Classes = mobileNet.ClassCount,
                Padding = "TensorFlow SAME: stride 2 on even sizes pads bottom and right only",
                Activation = "relu6",
                Layout = "PyTorch: OIHW, depthwise [C,1,3,3]",
                Width = mobileNet.Width,
                InputSize = inputSize,
                BatchNorm = "separate: *_bn.{weight,bias,running_mean,running_var}, epsilon 1e-3",
                Sha256 = sha256,
                Provenance = provenance,
            },
            VisionTransformerShape vit => new()
            {
                Architecture = VisionTransformer,
                Classes = vit.ClassCount,
                Layout = "PyTorch, names of timm",
                Width = vit.Width,
                PatchSize = vit.Patch,
                Depth = vit.Depth,
                Heads = vit.Heads,
                InputSize = inputSize,
                Sha256 = sha256,
                Provenance = provenance,
            },
            _ => throw new ArgumentException($"No description is known for {shape}.", nameof(shape)),
        };

    /// <summary>The network that is described.</summary>
    public NetworkShape Shape() => Architecture switch
    {
        MobileNet => new MobileNetShape(Width, Classes),
        VisionTransformer => new VisionTransformerShape(InputSize, Classes) { Patch = PatchSize!.Value, Width = (int)Width, Depth = Depth!.Value, Heads = Heads!.Value },
        _ => throw new InvalidDataException($"The architecture is '{Architecture}'; this program trains '{MobileNet}' and '{VisionTransformer}'."),
    };
}
