namespace AmViz.TextureNet.Textures.Families;

/// <summary>Irregular cells with thin walls, like dried mud.</summary>
internal sealed record Cells : TwoToneTexture
{
    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var placement = Placement.Anyhow(random);
        var cells = new CellPattern(random.Between(15, 22), random.Salt());
        float wall = random.Between(2, 4);
        return (x, y) => Shaping.Cover(wall / 2 - cells.At(placement.Map(x, y)).Lead / 2);
    }
}
