namespace AmViz.Responses.Textures.Families;

/// <summary>Rings around one centre, evenly spaced.</summary>
internal sealed record Rings : TwoToneTexture
{
    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var placement = Placement.Centred(random, size);
        float perPixel = MathF.Tau / random.Between(8, 14), phase = random.Angle(), steepness = random.Between(1, 3);
        return (x, y) => Shaping.Wave(MathF.Sin(perPixel * placement.Map(x, y).Length() + phase), steepness);
    }
}

/// <summary>Straight rays from one centre.</summary>
internal sealed record Spokes : TwoToneTexture
{
    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var placement = Placement.Centred(random, size);
        var rays = random.Whole(8, 16);
        float phase = random.Angle(), steepness = random.Between(1, 3);
        return (x, y) =>
        {
            var p = placement.Map(x, y);
            var wave = MathF.Sin(rays * MathF.Atan2(p.Y, p.X) + phase);
            return Shaping.Wave(wave * Radius.Resolved(p, rays), steepness);
        };
    }
}

/// <summary>Logarithmic spirals from one centre: every arm crosses every circle at about 45 degrees.</summary>
/// <param name="Clockwise">Whether an arm, followed outwards, turns clockwise as a viewer sees the picture.</param>
internal sealed record Spirals(bool Clockwise) : TwoToneTexture
{
    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var placement = Placement.Centred(random, size);
        var arms = random.Whole(5, 9);
        var winding = (Clockwise ? arms : -arms) * random.Between(0.8f, 1.25f);
        float phase = random.Angle(), steepness = random.Between(1, 3);
        return (x, y) =>
        {
            // y points down, so the angle of Atan2 grows clockwise.
            var p = placement.Map(x, y);
            var wave = MathF.Sin(arms * MathF.Atan2(p.Y, p.X) - winding * MathF.Log(p.Length() + 1e-3f) + phase);
            return Shaping.Wave(wave * Radius.Resolved(p, arms * 1.4f), steepness);
        };
    }
}
