namespace AmViz.Responses.Textures.Families;

/// <summary>Patches without walls, all of one hue: the only classes that are known by their colour.</summary>
/// <param name="HueDegrees">0 red, 60 yellow, 120 green, 240 blue.</param>
internal sealed record ColourPatches(float HueDegrees) : Texture
{
    private const float HueSpread = 14; // degrees to either side

    public override Paint Draw(TextureRandom random, int size)
    {
        var placement = Placement.Anyhow(random);
        var cells = new CellPattern(random.Between(14, 26), random.Salt());
        float dullest = random.Between(0.6f, 0.8f), darkest = random.Between(0.4f, 0.6f);
        var salt = random.Salt();
        return (x, y) =>
        {
            var (column, row, _) = cells.At(placement.Map(x, y));
            var hue = HueDegrees + HueSpread * (2 * Lattice.At(column, row, salt) - 1);
            var saturation = float.Lerp(dullest, 1, Lattice.At(column, row, salt + 1));
            var brightness = float.Lerp(darkest, 1, Lattice.At(column, row, salt + 2));
            return Palette.FromHue(hue, saturation, brightness);
        };
    }
}
