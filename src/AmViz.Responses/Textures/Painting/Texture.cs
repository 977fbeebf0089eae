using System.Numerics;

namespace AmViz.Responses.Textures;

/// <summary>The colour, RGB in [0, 1], at a position in pixels from the middle of the picture, x right, y down.</summary>
internal delegate Vector3 Paint(float x, float y);

/// <summary>The share of foreground, 0 to 1, at a position in pixels from the middle of the picture, x right, y down.</summary>
internal delegate float Pattern(float x, float y);

/// <summary>One kind of texture. Lengths are in pixels, so a larger picture shows more of the same.</summary>
internal abstract record Texture
{
    /// <summary>Draws phase, period, colours and the rest, and returns the texture they make.</summary>
    public abstract Paint Draw(TextureRandom random, int size);
}

/// <summary>A texture of two random colours. Either may be the lighter one, so no class is known by its colours.</summary>
internal abstract record TwoToneTexture : Texture
{
    public sealed override Paint Draw(TextureRandom random, int size)
    {
        var (background, foreground) = Palette.Contrasting(random);
        var pattern = DrawPattern(random, size);
        return (x, y) => Vector3.Lerp(background, foreground, pattern(x, y));
    }

    /// <summary>Draws everything but the colours.</summary>
    protected abstract Pattern DrawPattern(TextureRandom random, int size);
}
