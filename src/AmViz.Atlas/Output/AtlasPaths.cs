using AmViz.Atlas.Photographs;
using AmViz.Storage;

namespace AmViz.Atlas.Output;

/// <summary>Where the files of an atlas lie, relative to its folder and with '/', as pages write them.</summary>
internal static class AtlasPaths
{
    /// <summary>The page to open.</summary>
    public const string Home = "index.html";

    // Part of the folder's name: a new size or quality must not meet crops of the old one.
    private const string CropKind = "96";

    /// <summary>A picture that is copied into the atlas.</summary>
    public static string PictureCopy(BlobPath picture) => $"pictures/{picture}";

    /// <summary>A small crop of a photograph.</summary>
    /// <param name="name">See <see cref="CropName"/>.</param>
    public static string Crop(string name) => $"photographs/{CropKind}/{name[..2]}/{name[2..]}.webp";

    /// <summary>A path as it stands in an address.</summary>
    public static string Address(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
