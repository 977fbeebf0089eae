namespace AmViz.Atlas;

/// <summary>What a build of an atlas did.</summary>
/// <param name="IndexPage">Path of the page to open.</param>
/// <param name="LayersWritten">Layers that were new or had changed.</param>
/// <param name="LayersKept">Layers that were up to date; not one of their pictures was read.</param>
/// <param name="SheetsWritten">Sprite sheets made.</param>
/// <param name="UnreadablePictures">Pictures that the manifest names but the store lacks or has damaged; shown as such.</param>
public sealed record AtlasReport(
    string IndexPage, int LayersWritten, int LayersKept, int SheetsWritten, int UnreadablePictures);

/// <summary>How far the build of an atlas is.</summary>
/// <param name="LayersDone">Layers that are laid out.</param>
/// <param name="Layers">Layers of the plan.</param>
public readonly record struct AtlasProgress(int LayersDone, int Layers);
