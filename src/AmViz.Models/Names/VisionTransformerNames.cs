namespace AmViz.Models;

/// <summary>Names of a Vision Transformer's tensors. Ours are timm's; these are Hugging Face's, torchvision's and those of DINOv2's authors.</summary>
internal static class VisionTransformerNames
{
    private const string HuggingFace = "(?:(?:vit|deit|dinov2|dinov2_with_registers)\\.)?";
    private const string Parameter = "(?<parameter>weight|bias)";
    private const string Block = "(?<block>[0-9]+)";
    private const string Module = "(?<module>[a-z0-9_.]+)";

    // ViT and DeiT, then DINOv2, which calls the layer-norms and the perceptron as timm does.
    private static readonly Dictionary<string, string> PartsOfHuggingFace = new(StringComparer.Ordinal)
    {
        ["attention.output.dense"] = "attn.proj",
        ["layernorm_before"] = "norm1",
        ["layernorm_after"] = "norm2",
        ["intermediate.dense"] = "mlp.fc1",
        ["output.dense"] = "mlp.fc2",
        ["norm1"] = "norm1",
        ["norm2"] = "norm2",
        ["mlp.fc1"] = "mlp.fc1",
        ["mlp.fc2"] = "mlp.fc2",
        ["mlp.weights_in"] = "mlp.fc1",
        ["mlp.weights_out"] = "mlp.fc2",
    };

    private static readonly Dictionary<string, string> PartsOfTorchvision = new(StringComparer.Ordinal)
    {
        ["ln_1"] = "norm1",
        ["ln_2"] = "norm2",
        ["self_attention.out_proj"] = "attn.proj",
        ["mlp.0"] = "mlp.fc1",
        ["mlp.linear_1"] = "mlp.fc1",
        ["mlp.3"] = "mlp.fc2",
        ["mlp.linear_2"] = "mlp.fc2",
    };

    public static IReadOnlyList<NameRule> Rules { get; } =
    [
        // Hugging Face: google/vit-base-patch16-224, facebook/deit-tiny-patch16-224, facebook/dinov2-small, facebook/dinov2-with-registers-small.
        new($"{HuggingFace}embeddings\\.cls_token", "cls_token"),
        new($"{HuggingFace}embeddings\\.register_tokens", "reg_token"),
        new($"{HuggingFace}embeddings\\.position_embeddings", "pos_embed"),
        new($"{HuggingFace}embeddings\\.mask_token", null),
        new($"{HuggingFace}embeddings\\.patch_embeddings\\.projection\\.{Parameter}", "patch_embed.proj.${parameter}"),
        new($"{HuggingFace}encoder\\.layer\\.{Block}\\.attention\\.attention\\.query\\.{Parameter}", "blocks.${block}.attn.qkv.${parameter}", Part: 0, Parts: 3),
        new($"{HuggingFace}encoder\\.layer\\.{Block}\\.attention\\.attention\\.key\\.{Parameter}", "blocks.${block}.attn.qkv.${parameter}", Part: 1, Parts: 3),
        new($"{HuggingFace}encoder\\.layer\\.{Block}\\.attention\\.attention\\.value\\.{Parameter}", "blocks.${block}.attn.qkv.${parameter}", Part: 2, Parts: 3),
        new($"{HuggingFace}encoder\\.layer\\.{Block}\\.layer_scale(?<half>[12])\\.lambda1", "blocks.${block}.ls${half}.gamma"),
        new($"{HuggingFace}encoder\\.layer\\.{Block}\\.{Module}\\.{Parameter}", "blocks.${block}.${module}.${parameter}") { Modules = PartsOfHuggingFace },
        new($"{HuggingFace}layernorm\\.{Parameter}", "norm.${parameter}"),
        new($"classifier\\.{Parameter}", "head.${parameter}"),
        new($"{HuggingFace}pooler\\.dense\\.{Parameter}", null),

        // torchvision: vit_b_16.
        new("class_token", "cls_token"),
        new("encoder\\.pos_embedding", "pos_embed"),
        new($"conv_proj\\.{Parameter}", "patch_embed.proj.${parameter}"),
        new($"encoder\\.layers\\.encoder_layer_{Block}\\.self_attention\\.in_proj_{Parameter}", "blocks.${block}.attn.qkv.${parameter}"),
        new($"encoder\\.layers\\.encoder_layer_{Block}\\.{Module}\\.{Parameter}", "blocks.${block}.${module}.${parameter}") { Modules = PartsOfTorchvision },
        new($"encoder\\.ln\\.{Parameter}", "norm.${parameter}"),
        new($"heads\\.head\\.{Parameter}", "head.${parameter}"),

        // The authors of DINOv2, whose other names are timm's.
        new("register_tokens", "reg_token"),
        new("mask_token", null),
        new($"blocks\\.{Block}\\.mlp\\.w12\\.{Parameter}", "blocks.${block}.mlp.fc1.${parameter}"),
        new($"blocks\\.{Block}\\.mlp\\.w3\\.{Parameter}", "blocks.${block}.mlp.fc2.${parameter}"),
    ];
}
