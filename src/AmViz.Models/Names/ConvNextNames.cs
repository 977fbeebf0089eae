namespace AmViz.Models;

/// <summary>Names of a ConvNeXt's tensors. Ours are timm's; these are torchvision's, Hugging Face's and those of the authors.</summary>
internal static class ConvNextNames
{
    private const string HuggingFace = "(?:convnext(?:v2)?\\.)?";
    private const string Parameter = "(?<parameter>weight|bias)";
    private const string Block = "(?<block>[0-9]+)";
    private const string Stage = "(?<stage>[0-9]+)";

    // torchvision counts stages and what lies between them in one row.
    private static readonly Dictionary<string, string> BlockStages = new(StringComparer.Ordinal) { ["1"] = "0", ["3"] = "1", ["5"] = "2", ["7"] = "3" };
    private static readonly Dictionary<string, string> Downsamplings = new(StringComparer.Ordinal) { ["2"] = "1", ["4"] = "2", ["6"] = "3" };

    private static readonly Dictionary<string, string> Parts = new(StringComparer.Ordinal)
    {
        ["dwconv"] = "conv_dw",
        ["layernorm"] = "norm",
        ["norm"] = "norm",
        ["pwconv1"] = "mlp.fc1",
        ["pwconv2"] = "mlp.fc2",
    };

    private static readonly (string Theirs, string Ours)[] PartsOfTorchvision = [("block\\.0", "conv_dw"), ("block\\.2", "norm"), ("block\\.3", "mlp.fc1"), ("block\\.5", "mlp.fc2")];

    public static IReadOnlyList<NameRule> Rules { get; } =
    [
        // Ours, where a file keeps the factors in four axes.
        new($"stages\\.{Stage}\\.blocks\\.{Block}\\.mlp\\.grn\\.{Parameter}", "stages.${stage}.blocks.${block}.mlp.grn.${parameter}", AxisOrder.Flat),

        // torchvision: convnext_tiny.
        new($"features\\.0\\.(?<step>[01])\\.{Parameter}", "stem.${step}.${parameter}"),
        .. PartsOfTorchvision.Select(part => new NameRule(
            $"features\\.(?<module>[1357])\\.{Block}\\.{part.Theirs}\\.{Parameter}", $"stages.${{module}}.blocks.${{block}}.{part.Ours}.${{parameter}}") { Modules = BlockStages }),
        new($"features\\.(?<module>[1357])\\.{Block}\\.layer_scale", "stages.${module}.blocks.${block}.gamma", AxisOrder.Flat) { Modules = BlockStages },
        new($"features\\.(?<module>[246])\\.(?<step>[01])\\.{Parameter}", "stages.${module}.downsample.${step}.${parameter}") { Modules = Downsamplings },
        new($"classifier\\.0\\.{Parameter}", "head.norm.${parameter}"),
        new($"classifier\\.2\\.{Parameter}", "head.fc.${parameter}"),

        // Hugging Face: facebook/convnext-tiny-224, facebook/convnextv2-tiny-1k-224.
        new($"{HuggingFace}embeddings\\.patch_embeddings\\.{Parameter}", "stem.0.${parameter}"),
        new($"{HuggingFace}embeddings\\.layernorm\\.{Parameter}", "stem.1.${parameter}"),
        new($"{HuggingFace}encoder\\.stages\\.{Stage}\\.downsampling_layer\\.(?<step>[01])\\.{Parameter}", "stages.${stage}.downsample.${step}.${parameter}"),
        new($"{HuggingFace}encoder\\.stages\\.{Stage}\\.layers\\.{Block}\\.layer_scale_parameter", "stages.${stage}.blocks.${block}.gamma"),
        new($"{HuggingFace}encoder\\.stages\\.{Stage}\\.layers\\.{Block}\\.grn\\.{Parameter}", "stages.${stage}.blocks.${block}.mlp.grn.${parameter}", AxisOrder.Flat),
        new($"{HuggingFace}encoder\\.stages\\.{Stage}\\.layers\\.{Block}\\.(?<module>[a-z0-9]+)\\.{Parameter}", "stages.${stage}.blocks.${block}.${module}.${parameter}") { Modules = Parts },
        new($"{HuggingFace}layernorm\\.{Parameter}", "head.norm.${parameter}"),
        new($"classifier\\.{Parameter}", "head.fc.${parameter}"),

        // The authors.
        new($"downsample_layers\\.0\\.(?<step>[01])\\.{Parameter}", "stem.${step}.${parameter}"),
        new($"downsample_layers\\.{Stage}\\.(?<step>[01])\\.{Parameter}", "stages.${stage}.downsample.${step}.${parameter}"),
        new($"stages\\.{Stage}\\.{Block}\\.gamma", "stages.${stage}.blocks.${block}.gamma"),
        new($"stages\\.{Stage}\\.{Block}\\.grn\\.gamma", "stages.${stage}.blocks.${block}.mlp.grn.weight", AxisOrder.Flat),
        new($"stages\\.{Stage}\\.{Block}\\.grn\\.beta", "stages.${stage}.blocks.${block}.mlp.grn.bias", AxisOrder.Flat),
        new($"stages\\.{Stage}\\.{Block}\\.(?<module>[a-z0-9]+)\\.{Parameter}", "stages.${stage}.blocks.${block}.${module}.${parameter}") { Modules = Parts },
        new($"norm\\.{Parameter}", "head.norm.${parameter}"),
        new($"head\\.{Parameter}", "head.fc.${parameter}"),
    ];
}
