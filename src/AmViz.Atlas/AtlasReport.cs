namespace AmViz.Atlas;

/// <summary>What a build of an atlas did.</summary>
/// <param name="IndexPage">Path of the page to open.</param>
/// <param name="LayerPagesWritten">Layer pages that were new or had changed.</param>
/// <param name="LayerPagesKept">Layer pages that were up to date; not one of their pictures was read.</param>
/// <param name="ThumbnailsWritten">Thumbnails made.</param>
/// <param name="UnreadablePictures">Pictures that the manifest names but the store lacks or has damaged; shown as such.</param>
public sealed record AtlasReport(
    string IndexPage, int LayerPagesWritten, int LayerPagesKept, int ThumbnailsWritten, int UnreadablePictures);

/// <summary>How far the build of an atlas is.</summary>
/// <param name="LayersDone">Layers whose pages are written.</param>
/// <param name="Layers">Layers of the plan.</param>
public readonly record struct AtlasProgress(int LayersDone, int Layers);
