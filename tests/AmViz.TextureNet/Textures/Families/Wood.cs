namespace AmViz.TextureNet.Textures.Families;

/// <summary>The grain of a plank: long rings cut lengthwise, soft on one side and sharp on the other, with fine fibres.</summary>
internal sealed record Wood : TwoToneTexture
{
    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var placement = Placement.Anyhow(random);
        float ring = random.Between(10, 16), bend = random.Between(2.2f, 3.4f), fibre = random.Between(0.15f, 0.35f);
        uint grain = random.Salt(), fibres = random.Salt();
        return (x, y) =>
        {
            var p = placement.Map(x, y);
            float rings = p.Y / ring + bend * Lattice.Smooth(p.X / 64, p.Y / 26, grain);
            float soft = rings - MathF.Floor(rings);
            float edge = soft < 0.85f ? soft / 0.85f : (1 - soft) / 0.15f;
            return float.Lerp(edge * edge, Lattice.Smooth(p.X / 24, p.Y / 1.6f, fibres), fibre);
        };
    }
}
