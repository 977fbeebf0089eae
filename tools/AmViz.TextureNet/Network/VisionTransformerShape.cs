namespace AmViz.TextureNet.Network;

/// <summary>A small vision transformer (Dosovitskiy et al. 2021, arXiv 2010.11929).</summary>
/// <param name="Size">Side of its pictures in pixels; a multiple of the patch.</param>
/// <param name="ClassCount">Number of logits.</param>
internal sealed record VisionTransformerShape(int Size, int ClassCount) : NetworkShape(ClassCount)
{
    /// <summary>Side of a patch in pixels.</summary>
    public int Patch { get; init; } = 12;

    /// <summary>Numbers a token.</summary>
    public int Width { get; init; } = 96;

    /// <summary>Blocks.</summary>
    public int Depth { get; init; } = 5;

    /// <summary>Attention heads a block.</summary>
    public int Heads { get; init; } = 3;

    /// <summary>Numbers inside the two-layer network of a block, per number of a token.</summary>
    public int Expansion { get; init; } = 4;

    /// <summary>Patches and the class token.</summary>
    public int Tokens => Size / Patch * (Size / Patch) + 1;

    /// <inheritdoc/>
    public override string Layers => $"vision transformer, patches of {Patch} pixels, width {Width}, {Depth} blocks of {Heads} heads, tensor names of timm";

    /// <inheritdoc/>
    public override string Sizes => "no other size, since the place of every patch is learned";

    /// <inheritdoc/>
    public override string Decay => "on matrices only";

    /// <inheritdoc/>
    public override TrainableVisionTransformer Build(int seed) => new(this, seed);
}
