namespace AmViz.Responses.Textures.Families;

/// <summary>A wall: long bricks between thin lines of mortar, every second row shifted by half.</summary>
internal sealed record Bricks : TwoToneTexture
{
    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var placement = Placement.Tilted(random, 5);
        float height = random.Between(13, 17), width = height * random.Between(1.8f, 2.2f), mortar = random.Between(2, 3);
        var uneven = random.Between(0, 0.25f);
        var salt = random.Salt();
        return (x, y) =>
        {
            var p = placement.Map(x, y);
            float row = MathF.Floor(p.Y / height), along = p.X / width + row / 2, down = p.Y / height - row;
            var inside = MathF.Min(width * Shaping.ToWhole(along), height * Shaping.ToWhole(down)) - mortar / 2;
            return Shaping.Cover(inside) * (1 - uneven * Lattice.At((int)MathF.Floor(along), (int)row, salt));
        };
    }
}
