namespace AmViz.TextureNet.Textures.Families;

/// <summary>One even passage from colour to colour, in any direction.</summary>
internal sealed record Gradient : TwoToneTexture
{
    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var (sine, cosine) = MathF.SinCos(random.Angle());
        float length = size * random.Between(0.7f, 1.2f), middle = size * random.Between(-0.15f, 0.15f);
        return (x, y) => Math.Clamp(0.5f + (sine * x + cosine * y - middle) / length, 0f, 1f);
    }
}
