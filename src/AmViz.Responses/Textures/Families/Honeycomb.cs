namespace AmViz.Responses.Textures.Families;

/// <summary>Hexagonal cells with thin walls.</summary>
internal sealed record Honeycomb : TwoToneTexture
{
    private const float Sine60 = 0.8660254f;

    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var placement = Placement.Anyhow(random);
        float across = random.Between(18, 25), wall = random.Between(2, 3);
        return (x, y) =>
        {
            var p = placement.Map(x, y);
            // The centres form two rectangular lattices, one shifted by half a cell; the nearer centre owns the point.
            var first = ToEdge(p.X, p.Y, across);
            var second = ToEdge(p.X + across / 2, p.Y + across * Sine60, across);
            return Shaping.Cover(wall / 2 - MathF.Max(first, second));
        };
    }

    // Distance to the nearest wall, positive inside the hexagon around the nearest centre of one lattice.
    private static float ToEdge(float x, float y, float across)
    {
        float right = MathF.Abs(Shaping.Wrap(x, across)), down = MathF.Abs(Shaping.Wrap(y, 2 * across * Sine60));
        return across / 2 - MathF.Max(right, right / 2 + down * Sine60);
    }
}
