using AmViz.Atlas.Photographs;
using AmViz.Storage;

namespace AmViz.Atlas.Output;

/// <summary>Where the files of an atlas lie, relative to its folder and with '/', as pages write them.</summary>
internal static class AtlasPaths
{
    /// <summary>The page to open.</summary>
    public const string Home = "index.html";

    // Part of the folder's name: a new size or quality must not meet thumbnails of the old one.
    private const string ThumbnailKind = "160";
    private const string CropKind = "96";

    public static string Sweep(SweepId sweep) => $"{sweep}/index.html";

    public static string Summary(SweepId sweep) => $"{sweep}/summary.json";

    public static string Model(SweepId sweep, string model) => $"{sweep}/{PageName.Of(model)}/index.html";

    public static string Layer(SweepId sweep, string model, string layer) => $"{sweep}/{PageName.Of(model)}/{PageName.Of(layer)}.html";

    /// <summary>Thumbnails are named by their picture's content, so that they never change and sweeps share them.</summary>
    public static string Thumbnail(string sha256) => $"thumbnails/{ThumbnailKind}/{sha256[..2]}/{sha256[2..32]}.webp";

    /// <summary>A picture that is copied into the atlas.</summary>
    public static string PictureCopy(BlobPath picture) => $"pictures/{picture}";

    /// <summary>Beginning of the address of every small crop of a photograph.</summary>
    public const string Crops = $"photographs/{CropKind}/";

    /// <summary>A small crop of a photograph; atlas.js does the same.</summary>
    /// <param name="name">See <see cref="CropName"/>.</param>
    public static string Crop(string name) => $"{Crops}{name[..2]}/{name[2..]}.webp";

    /// <summary>The way from a page up to the atlas folder: empty, or some <c>../</c>.</summary>
    public static string RootFrom(string page) => string.Concat(Enumerable.Repeat("../", page.Count(c => c == '/')));

    /// <summary>A path as it stands in an address.</summary>
    public static string Address(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
