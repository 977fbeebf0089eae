namespace AmViz.Atlas;

/// <summary>A sheet that was written.</summary>
/// <param name="Model">Name of the network.</param>
/// <param name="Layer">Whose channels.</param>
/// <param name="Cells">Places of the sheet: one a channel and seed.</param>
/// <param name="Drawn">Places with a picture.</param>
/// <param name="WithoutPicture">How many have none, by reason: <c>dead</c>, <c>notFinite</c>, <c>failed</c>, <c>pending</c>, <c>missing</c>, <c>damaged</c>.</param>
/// <param name="BoxedLabels">Labels with letters that the font of sheets lacks: boxes stand for them in PNG and PDF.</param>
/// <param name="Files">One a format, in the order asked for.</param>
public sealed record WrittenSheet(
    string Model, string Layer, int Cells, int Drawn, IReadOnlyDictionary<string, int> WithoutPicture, int BoxedLabels, IReadOnlyList<SheetFile> Files);

/// <summary>A file of a sheet.</summary>
/// <param name="Format">What it is.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Width">Width of a page: pixels, in a PDF points of 1/72 inch.</param>
/// <param name="Height">Height of a page.</param>
/// <param name="Pages">1 but for a PDF.</param>
public sealed record SheetFile(SheetFormat Format, string Path, long Bytes, int Width, int Height, int Pages);
