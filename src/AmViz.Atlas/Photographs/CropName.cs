using AmViz.Storage;

namespace AmViz.Atlas.Photographs;

/// <summary>What a crop is called in an atlas: short, since pages name thousands, and made of its path in the store, which never changes its content.</summary>
internal static class CropName
{
    private const int Length = 20;

    /// <summary>Twenty hexadecimal digits.</summary>
    public static string Of(BlobPath crop) => SweepJson.Hash(crop.Value, Length);
}
