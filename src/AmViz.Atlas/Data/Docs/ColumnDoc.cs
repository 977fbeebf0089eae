namespace AmViz.Atlas.Data;

/// <summary>A number that tiles of a layer have.</summary>
/// <param name="Name">Its name in files.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Meaning">A sentence for who does not know the name.</param>
/// <param name="Low">The lowest.</param>
/// <param name="High">The highest.</param>
/// <param name="Count">Tiles that have it.</param>
internal sealed record ColumnRow(string Name, string Title, string Meaning, float Low, float High, int Count);

/// <summary>A number of all tiles of a layer.</summary>
/// <param name="Values">Float32, little endian, in base64; NaN where there is none.</param>
internal sealed record ColumnDoc(string Values);

/// <summary>Labels of all tiles of a layer.</summary>
/// <param name="Labels">Null for none.</param>
internal sealed record LabelsDoc(IReadOnlyList<string?> Labels);
