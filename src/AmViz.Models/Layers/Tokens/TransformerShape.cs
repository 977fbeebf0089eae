namespace AmViz.Models;

/// <summary>How a Vision Transformer is built.</summary>
/// <param name="PatchSize">Side of a patch in pixels.</param>
/// <param name="Grid">Patches in a row of the pictures it was trained on.</param>
/// <param name="Width">Hidden dimensions of a token.</param>
/// <param name="Heads">Heads of each attention.</param>
/// <param name="MlpWidth">Hidden units of each perceptron.</param>
/// <param name="Epsilon">Added to the variance by layer-norm.</param>
internal sealed record TransformerShape(int PatchSize, int Grid, int Width, int Heads, int MlpWidth, double Epsilon)
{
    /// <summary>Whether a class token goes before the others.</summary>
    public bool HasClassToken { get; init; } = true;

    /// <summary>Learned tokens after the class token that stand for no patch (Darcet et al. 2024).</summary>
    public int Registers { get; init; }

    /// <summary>Of the tokens before the patches, how many have a position added: the class token in most networks, none (timm: <c>no_embed_class</c>) or all of them.</summary>
    public int PositionedPrefix { get; init; } = 1;

    /// <summary>Whether the map of the patches has a bias; CLIP's has none.</summary>
    public bool HasPatchBias { get; init; } = true;

    /// <summary>Whether there is a layer-norm before the first block (timm: <c>norm_pre</c>), as in CLIP.</summary>
    public bool HasPreNorm { get; init; }

    /// <summary>Whether query, key and value have biases.</summary>
    public bool HasQkvBias { get; init; } = true;

    /// <summary>Whether each half of a block is scaled by a learned factor a dimension (Touvron et al. 2021, "Going deeper": LayerScale).</summary>
    public bool HasLayerScale { get; init; }

    /// <summary>Whether the hidden units are silu(a) b of two maps a and b (Shazeer 2020: SwiGLU), as in DINOv2's giant.</summary>
    public bool IsGated { get; init; }

    /// <summary>What makes the hidden units, where they are not gated.</summary>
    public TokenActivation Activation { get; init; } = TokenActivation.Gelu;

    /// <summary>Tokens before those of the patches.</summary>
    public int PrefixTokens => (HasClassToken ? 1 : 0) + Registers;

    /// <summary>Patches of square pictures.</summary>
    public long PatchesOf(int size) => (long)(size / PatchSize) * (size / PatchSize);

    /// <summary>All tokens: class token, registers, then the patches row by row.</summary>
    public int TokensOf(int size) => PrefixTokens + (int)PatchesOf(size);
}
