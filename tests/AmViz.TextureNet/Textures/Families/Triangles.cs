namespace AmViz.TextureNet.Textures.Families;

/// <summary>Equilateral triangles of two colours, taking turns: three sets of parallel lines, the colour changes at each.</summary>
internal sealed record Triangles : TwoToneTexture
{
    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var placement = Placement.Anyhow(random);
        float perPixel = MathF.PI / random.Between(12, 20), steepness = random.Between(4, 8);
        return (x, y) =>
        {
            var p = placement.Map(x, y) * perPixel;
            float half = p.X * 0.8660254f, a = p.Y, b = half - p.Y / 2, c = -half - p.Y / 2; // a + b + c = 0
            return Shaping.Wave(MathF.Sin(a) * MathF.Sin(b) * MathF.Sin(c), steepness);
        };
    }
}
