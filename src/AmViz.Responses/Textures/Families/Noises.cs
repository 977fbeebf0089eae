namespace AmViz.Responses.Textures.Families;

/// <summary>Independent grains, each of a random tone.</summary>
internal sealed record WhiteNoise : TwoToneTexture
{
    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var placement = Placement.Anyhow(random);
        var grain = random.Between(2.5f, 4);
        var salt = random.Salt();
        return (x, y) =>
        {
            var p = placement.Map(x, y) / grain;
            return Lattice.At((int)MathF.Floor(p.X), (int)MathF.Floor(p.Y), salt);
        };
    }
}

/// <summary>A maze of winding lines of even width: many plane waves of one length in all directions, cut at their mean.</summary>
internal sealed record Labyrinth : TwoToneTexture
{
    private const int WaveCount = 9;

    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        float period = random.Between(9, 13), steepness = random.Between(0.8f, 2);
        var waves = new (float X, float Y, float Phase)[WaveCount];
        for (var i = 0; i < WaveCount; i++)
        {
            var direction = MathF.PI * (i + random.Between(0, 1)) / WaveCount;
            var (sine, cosine) = MathF.SinCos(direction);
            waves[i] = (MathF.Tau / period * cosine, MathF.Tau / period * sine, random.Angle());
        }
        return (x, y) =>
        {
            float sum = 0;
            foreach (var wave in waves)
            {
                sum += MathF.Sin(wave.X * x + wave.Y * y + wave.Phase);
            }

            return Shaping.Wave(sum, steepness);
        };
    }
}
