namespace AmViz.Responses.Textures.Families;

/// <summary>Overlapping round scales, each row half a scale aside and on top of the row above.</summary>
internal sealed record FishScales : TwoToneTexture
{
    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var placement = Placement.Tilted(random, 6);
        float width = random.Between(18, 26), steepness = random.Between(1.5f, 3);
        return (x, y) =>
        {
            var p = placement.Map(x, y) / width;
            return Shaping.Wave(2 * Depth(p.X, p.Y) - 1, steepness);
        };
    }

    // How far from its centre (0) to its rim (1) the point lies on the topmost scale that covers it. Scales have a
    // radius of half their width, and the lower row lies on top.
    private static float Depth(float x, float y)
    {
        const float rowStep = 0.4f; // below 0.5, where neighbouring scales would no longer cover the whole plane
        var last = (int)MathF.Ceiling((y + 0.5f) / rowStep);
        for (var row = last; ; row--)
        {
            float right = Shaping.Wrap(x + row / 2f, 1), down = y - row * rowStep;
            var radius = 2 * MathF.Sqrt(right * right + down * down);
            if (radius <= 1)
            {
                return radius;
            }
        }
    }
}
