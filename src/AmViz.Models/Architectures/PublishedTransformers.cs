namespace AmViz.Models;

/// <summary>The Vision Transformers that people know by a name.</summary>
internal static class PublishedTransformers
{
    private const int Classes = 1000;
    private const double TimmEpsilon = 1e-6;
    private const double ClipEpsilon = 1e-5;

    /// <summary>By the names of timm, or those of the papers' authors.</summary>
    public static IReadOnlyList<PublishedNetwork> All { get; } =
    [
        Plain("vit_base_patch16_224", "base", 16),
        Plain("deit_small_patch16_224", "small", 16),
        Plain("deit_tiny_patch16_224", "tiny", 16),
        Plain("vit_base_patch32_224", "base", 32),
        Plain("vit_large_patch16_224", "large", 16),
        Plain("vit_large_patch32_224", "large", 32),
        Plain("vit_huge_patch14_224", "huge", 14),
        Dino("vit_small_patch14_dinov2", "small", registers: 0),
        Dino("vit_base_patch14_dinov2", "base", registers: 0),
        Dino("vit_large_patch14_dinov2", "large", registers: 0),
        DinoGiant(),
        Dino("vit_small_patch14_reg4_dinov2", "small", registers: 4),
        Dino("vit_base_patch14_reg4_dinov2", "base", registers: 4),
        Dino("vit_large_patch14_reg4_dinov2", "large", registers: 4),
        Clip("clip-vit-base-patch32", "base", 32, 512),
        Clip("clip-vit-base-patch16", "base", 16, 512),
        Clip("clip-vit-large-patch14", "large", 14, 768),
        Siglip("siglip-base-patch16-224", "base", 16, 224),
        Siglip("siglip-large-patch16-256", "large", 16, 256),
    ];

    private static TransformerShape Shape(string size, int patch, int inputSize, double epsilon)
    {
        (var width, _, var heads) = TransformerSizes.Of(size);
        return new(patch, inputSize / patch, width, heads, 4 * width, epsilon);
    }

    private static PublishedNetwork Plain(string name, string size, int patch)
        => new(name, 224, new VisionTransformerBlueprint(Classes, TransformerSizes.Of(size).Depth, Shape(size, patch, 224, TimmEpsilon)));

    // As timm has them: with registers, no position is added to what stands before the patches.
    private static PublishedNetwork Dino(string name, string size, int registers)
    {
        var shape = Shape(size, 14, 518, TimmEpsilon) with { Registers = registers, PositionedPrefix = registers == 0 ? 1 : 0, HasLayerScale = true };
        return new(name, 518, new VisionTransformerBlueprint(Classes: 0, TransformerSizes.Of(size).Depth, shape));
    }

    private static PublishedNetwork DinoGiant() => new("vit_giant_patch14_dinov2", 518, new VisionTransformerBlueprint(
        Classes: 0, Depth: 40, new(14, 37, Width: 1536, Heads: 24, MlpWidth: 4096, TimmEpsilon) { HasLayerScale = true, IsGated = true }));

    private static PublishedNetwork Clip(string name, string size, int patch, int embedding) => new(name, 224, new VisionTransformerBlueprint(
        Classes: 0, TransformerSizes.Of(size).Depth, Shape(size, patch, 224, ClipEpsilon) with { HasPatchBias = false, HasPreNorm = true, Activation = TokenActivation.QuickGelu })
        {
            Head = new(EmbeddingWidth: embedding),
        });

    private static PublishedNetwork Siglip(string name, string size, int patch, int inputSize) => new(name, inputSize, new VisionTransformerBlueprint(
        Classes: 0, TransformerSizes.Of(size).Depth, Shape(size, patch, inputSize, TimmEpsilon) with { HasClassToken = false, PositionedPrefix = 0, Activation = TokenActivation.TanhGelu })
        {
            Head = new(TransformerPooling.Attention),
        });
}
