namespace AmViz.Models;

/// <summary>Names of the image towers of CLIP and SigLIP: Hugging Face's, those of CLIP's authors, and the one part of timm's SigLIP that is split otherwise than ours.</summary>
/// <remarks>What belongs to the tower of the texts is of no use here.</remarks>
internal static class ClipNames
{
    private const string Tower = "vision_model\\.";
    private const string Layer = $"{Tower}encoder\\.layers\\.(?<block>[0-9]+)";
    private const string OriginalBlock = "visual\\.transformer\\.resblocks\\.(?<block>[0-9]+)";
    private const string Parameter = "(?<parameter>weight|bias)";
    private const string Module = "(?<module>[a-z0-9_.]+)";

    private static readonly Dictionary<string, string> PartsOfBlocks = new(StringComparer.Ordinal)
    {
        ["layer_norm1"] = "norm1",
        ["layer_norm2"] = "norm2",
        ["self_attn.out_proj"] = "attn.proj",
        ["mlp.fc1"] = "mlp.fc1",
        ["mlp.fc2"] = "mlp.fc2",
    };

    private static readonly Dictionary<string, string> PartsOfOriginalBlocks = new(StringComparer.Ordinal)
    {
        ["ln_1"] = "norm1",
        ["ln_2"] = "norm2",
        ["attn.out_proj"] = "attn.proj",
        ["mlp.c_fc"] = "mlp.fc1",
        ["mlp.c_proj"] = "mlp.fc2",
    };

    private static readonly Dictionary<string, string> PartsOfHead = new(StringComparer.Ordinal)
    {
        ["attention.out_proj"] = "proj",
        ["layernorm"] = "norm",
        ["mlp.fc1"] = "mlp.fc1",
        ["mlp.fc2"] = "mlp.fc2",
    };

    public static IReadOnlyList<NameRule> Rules { get; } =
    [
        // Hugging Face: openai/clip-vit-base-patch32, google/siglip-base-patch16-224. "pre_layrnorm" is how it is spelled there.
        new($"{Tower}embeddings\\.class_embedding", "cls_token", AxisOrder.Unbatched),
        new($"{Tower}embeddings\\.position_embedding\\.weight", "pos_embed", AxisOrder.Unbatched),
        new($"{Tower}embeddings\\.position_ids", null),
        new($"{Tower}embeddings\\.patch_embedding\\.{Parameter}", "patch_embed.proj.${parameter}"),
        new($"{Tower}pre_layrnorm\\.{Parameter}", "norm_pre.${parameter}"),
        new($"{Layer}\\.self_attn\\.q_proj\\.{Parameter}", "blocks.${block}.attn.qkv.${parameter}", Part: 0, Parts: 3),
        new($"{Layer}\\.self_attn\\.k_proj\\.{Parameter}", "blocks.${block}.attn.qkv.${parameter}", Part: 1, Parts: 3),
        new($"{Layer}\\.self_attn\\.v_proj\\.{Parameter}", "blocks.${block}.attn.qkv.${parameter}", Part: 2, Parts: 3),
        new($"{Layer}\\.{Module}\\.{Parameter}", "blocks.${block}.${module}.${parameter}") { Modules = PartsOfBlocks },
        new($"{Tower}post_layernorm\\.{Parameter}", "norm.${parameter}"),
        new($"{Tower}head\\.probe", "attn_pool.latent"),
        new($"{Tower}head\\.attention\\.in_proj_{Parameter}", "attn_pool.in_proj.${parameter}"),
        new($"{Tower}head\\.{Module}\\.{Parameter}", "attn_pool.${module}.${parameter}") { Modules = PartsOfHead },
        new("text_model\\..*|text_projection(?:\\.weight)?|logit_scale|logit_bias", null),

        // timm: query by itself, key and value together.
        new($"attn_pool\\.q\\.{Parameter}", "attn_pool.in_proj.${parameter}", Part: 0, Parts: 2),
        new($"attn_pool\\.kv\\.{Parameter}", "attn_pool.in_proj.${parameter}", Part: 1, Parts: 2),

        // CLIP's authors.
        new("visual\\.class_embedding", "cls_token", AxisOrder.Unbatched),
        new("visual\\.positional_embedding", "pos_embed", AxisOrder.Unbatched),
        new("visual\\.conv1\\.weight", "patch_embed.proj.weight"),
        new($"visual\\.ln_pre\\.{Parameter}", "norm_pre.${parameter}"),
        new($"{OriginalBlock}\\.attn\\.in_proj_{Parameter}", "blocks.${block}.attn.qkv.${parameter}"),
        new($"{OriginalBlock}\\.{Module}\\.{Parameter}", "blocks.${block}.${module}.${parameter}") { Modules = PartsOfOriginalBlocks },
        new($"visual\\.ln_post\\.{Parameter}", "norm.${parameter}"),
        new("visual\\.proj", "visual_projection.weight", AxisOrder.Transposed),
        new("transformer\\.resblocks\\..*|token_embedding\\.weight|positional_embedding|ln_final\\..*|input_resolution|context_length|vocab_size", null),
    ];
}
