using AmViz.Models;

namespace AmViz.Cli.Paper;

/// <summary>What the pictures of a figure have in common.</summary>
internal enum FigureKind
{
    /// <summary>One class after more and more steps.</summary>
    Trajectory,

    /// <summary>Several classes of each network.</summary>
    Logits,

    /// <summary>Channels of layers from shallow to deep.</summary>
    Layers,

    /// <summary>Photographs, their adversarial examples, and the difference.</summary>
    Adversarial,
}

/// <summary>A figure of "Representation Understanding via Activation Maximization" (Zhu and Cangelosi), by the kind of pictures that it shows.</summary>
/// <param name="Number">Of the paper.</param>
/// <param name="Kind">What its pictures have in common.</param>
/// <param name="Title">In words.</param>
/// <param name="Architecture">The one it is about; null for every network that has classes.</param>
internal sealed record PaperFigure(int Number, FigureKind Kind, string Title, string? Architecture = null)
{
    /// <summary>Whether its channels are drawn by lot; otherwise the first ones are shown.</summary>
    public bool ByLot { get; init; }

    /// <summary>How the names of layers begin that are left out; null for none.</summary>
    public string? LeavesOut { get; init; }

    // Each of its channels filters one channel of the layer before: their pictures say the same, and many are dead behind a ReLU6.
    private const string Depthwise = "conv_dw_";

    /// <summary>All that can be drawn, in order.</summary>
    public static IReadOnlyList<PaperFigure> All { get; } =
    [
        new(2, FigureKind.Trajectory, "A class logit over the steps"),
        new(5, FigureKind.Logits, "Class logits: ladybug, monarch and pineapple where the network knows them, and classes drawn by lot"),
        new(6, FigureKind.Layers, "Channels of MobileNet, from shallow to deep", "mobilenet_v1") { LeavesOut = Depthwise },
        new(7, FigureKind.Layers, "Channels of InceptionV3, from shallow to deep", "inception_v3"),
        new(8, FigureKind.Layers, "Channels of ResNet50V2, from shallow to deep", "resnet_v2"),
        new(9, FigureKind.Layers, "Hidden dimensions of a Vision Transformer, from shallow to deep", "vit"),
        new(10, FigureKind.Layers, "Channels of MobileNet drawn by lot", "mobilenet_v1") { ByLot = true, LeavesOut = Depthwise },
        new(11, FigureKind.Layers, "Hidden dimensions of a Vision Transformer drawn by lot", "vit") { ByLot = true },
        new(12, FigureKind.Adversarial, "Adversarial examples: original, perturbation times ten, what comes out"),
    ];
}
