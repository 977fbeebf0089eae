using AmViz.Atlas.Output;

namespace AmViz.Atlas.Sprites;

/// <summary>Removes sprite sheets that nothing names any more.</summary>
/// <param name="sweep">Whose.</param>
/// <param name="folder">Where they lie.</param>
/// <param name="sheets">Those that are named.</param>
internal sealed class OldSheets(SweepId sweep, AtlasFolder folder, SheetCatalogue sheets)
{
    /// <summary>Removes them, and what earlier builds left that were interrupted. To be called when all files that name sheets are written.</summary>
    public void RemoveAll()
    {
        foreach (var layer in sheets.Layers)
        {
            RemoveFrom(layer);
        }
    }

    private void RemoveFrom(PlannedLayer layer)
    {
        var path = DataPaths.LayerFolder(sweep, layer);
        var named = sheets.NamesOf(layer).OfType<string>().Select(name => $"{name}.webp").ToHashSet(StringComparer.Ordinal);
        foreach (var file in folder.Files(DataPaths.SheetFolder(path), "*.webp").Where(file => !named.Contains(file)))
        {
            folder.Delete($"{DataPaths.SheetFolder(path)}/{file}");
        }
    }
}
