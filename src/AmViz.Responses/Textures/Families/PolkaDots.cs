namespace AmViz.Responses.Textures.Families;

/// <summary>Round dots on a square lattice, every second row shifted by half.</summary>
internal sealed record PolkaDots : TwoToneTexture
{
    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var placement = Placement.Anyhow(random);
        float spacing = random.Between(11, 15), radius = spacing * random.Between(0.24f, 0.34f);
        return (x, y) =>
        {
            var p = placement.Map(x, y);
            var row = MathF.Round(p.Y / spacing);
            float right = Shaping.Wrap(p.X + row * spacing / 2, spacing), down = p.Y - row * spacing;
            return Shaping.Cover(radius - MathF.Sqrt(right * right + down * down));
        };
    }
}
