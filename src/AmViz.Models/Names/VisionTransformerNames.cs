namespace AmViz.Models;

/// <summary>Names of a Vision Transformer's tensors. Ours are timm's; these are Hugging Face's and torchvision's.</summary>
internal static class VisionTransformerNames
{
    private const string HuggingFace = "(?:(?:vit|deit)\\.)?";
    private const string Parameter = "(?<parameter>weight|bias)";

    public static IReadOnlyList<NameRule> Rules { get; } =
    [
        // Hugging Face: google/vit-base-patch16-224, facebook/deit-tiny-patch16-224.
        new($"{HuggingFace}embeddings\\.cls_token", "cls_token"),
        new($"{HuggingFace}embeddings\\.position_embeddings", "pos_embed"),
        new($"{HuggingFace}embeddings\\.patch_embeddings\\.projection\\.{Parameter}", "patch_embed.proj.${parameter}"),
        new(Block("attention\\.attention\\.query"), "blocks.${block}.attn.qkv.${parameter}", Part: 0, Parts: 3),
        new(Block("attention\\.attention\\.key"), "blocks.${block}.attn.qkv.${parameter}", Part: 1, Parts: 3),
        new(Block("attention\\.attention\\.value"), "blocks.${block}.attn.qkv.${parameter}", Part: 2, Parts: 3),
        new(Block("attention\\.output\\.dense"), "blocks.${block}.attn.proj.${parameter}"),
        new(Block("layernorm_before"), "blocks.${block}.norm1.${parameter}"),
        new(Block("layernorm_after"), "blocks.${block}.norm2.${parameter}"),
        new(Block("intermediate\\.dense"), "blocks.${block}.mlp.fc1.${parameter}"),
        new(Block("output\\.dense"), "blocks.${block}.mlp.fc2.${parameter}"),
        new($"{HuggingFace}layernorm\\.{Parameter}", "norm.${parameter}"),
        new($"classifier\\.{Parameter}", "head.${parameter}"),
        new($"{HuggingFace}pooler\\.dense\\.{Parameter}", null),

        // torchvision: vit_b_16.
        new("class_token", "cls_token"),
        new("encoder\\.pos_embedding", "pos_embed"),
        new($"conv_proj\\.{Parameter}", "patch_embed.proj.${parameter}"),
        new(EncoderLayer($"ln_1\\.{Parameter}"), "blocks.${block}.norm1.${parameter}"),
        new(EncoderLayer($"self_attention\\.in_proj_{Parameter}"), "blocks.${block}.attn.qkv.${parameter}"),
        new(EncoderLayer($"self_attention\\.out_proj\\.{Parameter}"), "blocks.${block}.attn.proj.${parameter}"),
        new(EncoderLayer($"ln_2\\.{Parameter}"), "blocks.${block}.norm2.${parameter}"),
        new(EncoderLayer($"mlp\\.(?:0|linear_1)\\.{Parameter}"), "blocks.${block}.mlp.fc1.${parameter}"),
        new(EncoderLayer($"mlp\\.(?:3|linear_2)\\.{Parameter}"), "blocks.${block}.mlp.fc2.${parameter}"),
        new($"encoder\\.ln\\.{Parameter}", "norm.${parameter}"),
        new($"heads\\.head\\.{Parameter}", "head.${parameter}"),
    ];

    private static string Block(string part) => $"{HuggingFace}encoder\\.layer\\.(?<block>[0-9]+)\\.{part}\\.{Parameter}";

    private static string EncoderLayer(string part) => $"encoder\\.layers\\.encoder_layer_(?<block>[0-9]+)\\.{part}";
}
