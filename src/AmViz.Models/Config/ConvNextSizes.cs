namespace AmViz.Models;

/// <summary>Blocks and channels of the four stages of a ConvNeXt.</summary>
/// <param name="Version">1, or 2 for ConvNeXt V2.</param>
/// <param name="Name">Such as <c>tiny</c>.</param>
/// <param name="Depths">Blocks of each stage.</param>
/// <param name="Width">Channels of the first stage; each further one has twice as many.</param>
internal sealed record ConvNextSize(int Version, string Name, IReadOnlyList<int> Depths, int Width)
{
    /// <summary>Stages of every ConvNeXt.</summary>
    public const int Stages = 4;

    /// <summary>Channels of each stage.</summary>
    public IReadOnlyList<int> Widths => [.. Enumerable.Range(0, Stages).Select(stage => Width << stage)];
}

/// <summary>The published sizes (Liu et al. 2022, section 3; Woo et al. 2023, appendix).</summary>
internal static class ConvNextSizes
{
    private static readonly int[] Tiny = [3, 3, 9, 3];
    private static readonly int[] Deep = [3, 3, 27, 3];
    private static readonly int[] Shallow = [2, 2, 6, 2];

    /// <summary>Smallest first.</summary>
    public static IReadOnlyList<ConvNextSize> All { get; } =
    [
        new(1, "tiny", Tiny, 96), new(1, "small", Deep, 96), new(1, "base", Deep, 128), new(1, "large", Deep, 192), new(1, "xlarge", Deep, 256),
        new(2, "atto", Shallow, 40), new(2, "femto", Shallow, 48), new(2, "pico", Shallow, 64), new(2, "nano", [2, 2, 8, 2], 80), new(2, "tiny", Tiny, 96),
        new(2, "base", Deep, 128), new(2, "large", Deep, 192), new(2, "huge", Deep, 352),
    ];

    /// <summary>The one of a name; null if there is none.</summary>
    public static ConvNextSize? Find(int version, string name) => All.FirstOrDefault(size => size.Version == version && size.Name == name);
}
