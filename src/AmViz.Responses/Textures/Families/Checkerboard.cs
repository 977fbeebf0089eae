namespace AmViz.Responses.Textures.Families;

/// <summary>Squares of two colours, taking turns.</summary>
internal sealed record Checkerboard : TwoToneTexture
{
    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var placement = Placement.Anyhow(random);
        float perPixel = MathF.PI / random.Between(12, 17), steepness = random.Between(3, 8);
        return (x, y) =>
        {
            var p = placement.Map(x, y) * perPixel;
            return Shaping.Wave(MathF.Sin(p.X) * MathF.Sin(p.Y), steepness);
        };
    }
}
