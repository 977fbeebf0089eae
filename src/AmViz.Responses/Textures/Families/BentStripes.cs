namespace AmViz.Responses.Textures.Families;

/// <summary>Stripes bent into smooth waves.</summary>
internal sealed record Waves : TwoToneTexture
{
    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var placement = Placement.Anyhow(random);
        float period = random.Between(9, 13), length = random.Between(34, 48);
        float height = length * random.Between(0.13f, 0.19f), steepness = random.Between(1, 3);
        return (x, y) =>
        {
            var p = placement.Map(x, y);
            var bent = p.Y + height * MathF.Sin(MathF.Tau * p.X / length);
            return Shaping.Wave(MathF.Sin(MathF.Tau * bent / period), steepness);
        };
    }
}

/// <summary>Stripes broken into sharp corners.</summary>
internal sealed record Zigzags : TwoToneTexture
{
    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var placement = Placement.Anyhow(random);
        float period = random.Between(9, 13), length = random.Between(16, 26);
        float height = length * random.Between(0.22f, 0.30f), steepness = random.Between(2, 5);
        return (x, y) =>
        {
            var p = placement.Map(x, y);
            var bent = p.Y + height * Shaping.Zigzag(p.X / length);
            return Shaping.Wave(MathF.Sin(MathF.Tau * bent / period), steepness);
        };
    }
}
