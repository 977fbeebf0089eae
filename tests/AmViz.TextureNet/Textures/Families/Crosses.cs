namespace AmViz.TextureNet.Textures.Families;

/// <summary>Separate crosses on a square lattice.</summary>
internal sealed record Crosses : TwoToneTexture
{
    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var placement = Placement.Anyhow(random);
        float spacing = random.Between(15, 22);
        float arm = spacing * random.Between(0.32f, 0.38f), half = spacing * random.Between(0.08f, 0.12f);
        return (x, y) =>
        {
            var p = placement.Map(x, y);
            float right = MathF.Abs(Shaping.Wrap(p.X, spacing)), down = MathF.Abs(Shaping.Wrap(p.Y, spacing));
            float lying = MathF.Min(arm - right, half - down), standing = MathF.Min(half - right, arm - down);
            return Shaping.Cover(MathF.Max(lying, standing));
        };
    }
}
