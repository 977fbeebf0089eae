namespace AmViz.Models;

/// <summary>Names of a Swin Transformer's tensors. Ours are timm's; these are torchvision's and Hugging Face's.</summary>
internal static class SwinNames
{
    private const string HuggingFace = "(?:swin\\.)?";
    private const string Parameter = "(?<parameter>weight|bias)";
    private const string Block = "(?<block>[0-9]+)";
    private const string Stage = "(?<stage>[0-9]+)";

    // torchvision counts stages and what lies between them in one row; in Hugging Face's a stage ends with what is the next one's beginning here.
    private static readonly Dictionary<string, string> BlockStages = new(StringComparer.Ordinal) { ["1"] = "0", ["3"] = "1", ["5"] = "2", ["7"] = "3" };
    private static readonly Dictionary<string, string> Mergings = new(StringComparer.Ordinal) { ["2"] = "1", ["4"] = "2", ["6"] = "3" };
    private static readonly Dictionary<string, string> Following = new(StringComparer.Ordinal) { ["0"] = "1", ["1"] = "2", ["2"] = "3" };

    private static readonly (string Theirs, string Ours)[] PartsOfTorchvision =
        [("norm1", "norm1"), ("norm2", "norm2"), ("attn\\.qkv", "attn.qkv"), ("attn\\.proj", "attn.proj"), ("attn\\.cpb_mlp\\.0", "attn.cpb_mlp.0"), ("attn\\.cpb_mlp\\.2", "attn.cpb_mlp.2"), ("mlp\\.0", "mlp.fc1"), ("mlp\\.3", "mlp.fc2")];

    private static readonly Dictionary<string, string> PartsOfHuggingFace = new(StringComparer.Ordinal)
    {
        ["layernorm_before"] = "norm1",
        ["layernorm_after"] = "norm2",
        ["attention.output.dense"] = "attn.proj",
        ["intermediate.dense"] = "mlp.fc1",
        ["output.dense"] = "mlp.fc2",
    };

    public static IReadOnlyList<NameRule> Rules { get; } =
    [
        // What follows from the window alone.
        new(".*\\.(?:relative_position_index|relative_coords_table|attn_mask)", null),

        // torchvision: swin_t, swin_v2_t.
        new($"features\\.0\\.0\\.{Parameter}", "patch_embed.proj.${parameter}"),
        new($"features\\.0\\.2\\.{Parameter}", "patch_embed.norm.${parameter}"),
        .. PartsOfTorchvision.Select(part => new NameRule(
            $"features\\.(?<module>[1357])\\.{Block}\\.{part.Theirs}\\.{Parameter}", $"layers.${{module}}.blocks.${{block}}.{part.Ours}.${{parameter}}") { Modules = BlockStages }),
        new($"features\\.(?<module>[1357])\\.{Block}\\.attn\\.(?<part>relative_position_bias_table|logit_scale)", "layers.${module}.blocks.${block}.attn.${part}") { Modules = BlockStages },
        new($"features\\.(?<module>[246])\\.(?<part>norm|reduction)\\.{Parameter}", "layers.${module}.downsample.${part}.${parameter}") { Modules = Mergings },
        new($"head\\.{Parameter}", "head.fc.${parameter}"),

        // Hugging Face: microsoft/swin-tiny-patch4-window7-224.
        new($"{HuggingFace}embeddings\\.patch_embeddings\\.projection\\.{Parameter}", "patch_embed.proj.${parameter}"),
        new($"{HuggingFace}embeddings\\.norm\\.{Parameter}", "patch_embed.norm.${parameter}"),
        new($"{HuggingFace}encoder\\.layers\\.{Stage}\\.blocks\\.{Block}\\.attention\\.self\\.relative_position_bias_table", "layers.${stage}.blocks.${block}.attn.relative_position_bias_table"),
        new($"{HuggingFace}encoder\\.layers\\.{Stage}\\.blocks\\.{Block}\\.attention\\.self\\.query\\.{Parameter}", "layers.${stage}.blocks.${block}.attn.qkv.${parameter}", Part: 0, Parts: 3),
        new($"{HuggingFace}encoder\\.layers\\.{Stage}\\.blocks\\.{Block}\\.attention\\.self\\.key\\.{Parameter}", "layers.${stage}.blocks.${block}.attn.qkv.${parameter}", Part: 1, Parts: 3),
        new($"{HuggingFace}encoder\\.layers\\.{Stage}\\.blocks\\.{Block}\\.attention\\.self\\.value\\.{Parameter}", "layers.${stage}.blocks.${block}.attn.qkv.${parameter}", Part: 2, Parts: 3),
        new($"{HuggingFace}encoder\\.layers\\.{Stage}\\.blocks\\.{Block}\\.(?<module>[a-z_.]+)\\.{Parameter}", "layers.${stage}.blocks.${block}.${module}.${parameter}") { Modules = PartsOfHuggingFace },
        new($"{HuggingFace}encoder\\.layers\\.(?<module>[012])\\.downsample\\.(?<part>norm|reduction)\\.{Parameter}", "layers.${module}.downsample.${part}.${parameter}") { Modules = Following },
        new($"{HuggingFace}layernorm\\.{Parameter}", "norm.${parameter}"),
        new($"classifier\\.{Parameter}", "head.fc.${parameter}"),
    ];
}
