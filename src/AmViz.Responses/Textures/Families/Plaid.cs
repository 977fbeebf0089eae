namespace AmViz.Responses.Textures.Families;

/// <summary>Woven cloth: the same set of broad and narrow bands lying and standing, half transparent where they cross.</summary>
internal sealed record Plaid : TwoToneTexture
{
    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var placement = Placement.Tilted(random, 8);
        float repeat = random.Between(22, 32), broad = repeat * random.Between(0.16f, 0.24f);
        float narrow = repeat * random.Between(0.03f, 0.05f), apart = repeat * random.Between(0.36f, 0.42f);
        float Band(float v) => MathF.Max(
            Shaping.Cover(broad - MathF.Abs(Shaping.Wrap(v, repeat))),
            Shaping.Cover(narrow - MathF.Abs(MathF.Abs(Shaping.Wrap(v, repeat)) - apart)));
        return (x, y) =>
        {
            var p = placement.Map(x, y);
            return (Band(p.X) + Band(p.Y)) / 2;
        };
    }
}
