using System.Globalization;
using AmViz.Responses.Textures.Families;

namespace AmViz.Responses.Textures;

/// <summary>The classes of the network in the order of its logits. The order is part of the trained weights.</summary>
internal static class TextureCatalogue
{
    // Pixels from line to line. The network halves its pictures twice within the first layers. At a quarter of the size, 10
    // pixels are two and a half samples; 7 would be less than two, where stripes and their mirror image look alike (at 22.5
    // and 157.5 degrees, say) and pictures drawn of either show both.
    private const float FinePeriod = 10;
    private const float CoarsePeriod = 16; // far enough above that no draw of one reaches the other
    private const float DegreesApart = 22.5f;

    /// <summary>All classes; the index of each is its place.</summary>
    public static IReadOnlyList<TextureClass> Classes { get; } =
        [.. AllStripes().Concat(Others()).Select((entry, index) => new TextureClass(index, entry.Label, entry.Texture))];

    private static IEnumerable<(string Label, Texture Texture)> AllStripes()
        => from scale in new[] { (Name: "fine", Period: FinePeriod), (Name: "coarse", Period: CoarsePeriod) }
        from turn in Enumerable.Range(0, 8)
        let degrees = turn * DegreesApart
        select (string.Create(CultureInfo.InvariantCulture, $"stripes {degrees} deg {scale.Name}"),
            (Texture)new Stripes(degrees, scale.Period));

    private static IEnumerable<(string Label, Texture Texture)> Others()
        => [
        ("polka dots", new PolkaDots()),
        ("checkerboard", new Checkerboard()),
        ("plaid", new Plaid()),
        ("bricks", new Bricks()),
        ("honeycomb", new Honeycomb()),
        ("fish scales", new FishScales()),
        ("rings", new Rings()),
        ("spokes", new Spokes()),
        ("spiral clockwise", new Spirals(Clockwise: true)),
        ("spiral counter-clockwise", new Spirals(Clockwise: false)),
        ("waves", new Waves()),
        ("zigzag", new Zigzags()),
        ("labyrinth", new Labyrinth()),
        ("white noise", new WhiteNoise()),
        ("red patches", new ColourPatches(0)),
        ("yellow patches", new ColourPatches(60)),
        ("green patches", new ColourPatches(120)),
        ("blue patches", new ColourPatches(240)),
    ];
}
