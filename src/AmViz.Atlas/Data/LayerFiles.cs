using AmViz.Atlas.Evidence;
using AmViz.Atlas.Output;
using AmViz.Atlas.Sprites;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Data;

/// <summary>Writes the files of a layer that was read, its head last: a build that was interrupted before writes them again.</summary>
/// <param name="sweep">Whose.</param>
/// <param name="layer">The layer.</param>
/// <param name="sheets">Names of sheets.</param>
/// <param name="records">All that is known of its tiles.</param>
/// <param name="folder">Where the files go.</param>
internal sealed class LayerFiles(SweepId sweep, ReadLayer layer, SheetCatalogue sheets, TileRecords records, DataFolder folder)
{
    private readonly string _path = DataPaths.LayerFolder(sweep, layer.Tiles.Layer);

    private IReadOnlyList<Tile> Tiles => layer.Tiles.Tiles;

    /// <summary>Writes those that have changed.</summary>
    /// <param name="version">Changes with everything in them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WriteAsync(string version, CancellationToken cancellationToken)
    {
        await WriteRecordsAsync(cancellationToken);
        var columns = await WriteColumnsAsync(cancellationToken);
        var labels = Tiles.Select(tile => tile.Entry?.Label).ToList();
        var hasLabels = labels.Exists(label => label is not null);
        if (hasLabels)
        {
            await folder.WriteAsync(DataPaths.Labels(_path), new LabelsDoc(labels), cancellationToken);
        }

        await WriteTilesAsync(cancellationToken);
        await folder.WriteAsync(DataPaths.Layer(_path), HeadOf(version, columns, hasLabels), cancellationToken);
    }

    private async Task WriteRecordsAsync(CancellationToken cancellationToken)
    {
        foreach (var (number, tiles) in Tiles.Chunk(RecordsDoc.Together).Index())
        {
            await folder.WriteAsync(DataPaths.Records(_path, number), new RecordsDoc([.. tiles.Select(records.Of)]), cancellationToken);
        }
    }

    private async Task<IReadOnlyList<ColumnRow>> WriteColumnsAsync(CancellationToken cancellationToken)
    {
        var rows = new List<ColumnRow>();
        foreach (var column in TileColumn.AllOf(layer).Select(column => FilledColumn.Of(column, Tiles)).OfType<FilledColumn>())
        {
            await folder.WriteAsync(DataPaths.Column(_path, column.Row.Name), column.Doc, cancellationToken);
            rows.Add(column.Row);
        }

        return rows;
    }

    private async Task WriteTilesAsync(CancellationToken cancellationToken)
    {
        const int sheetsTogether = TilesDoc.Together / SpriteSheet.Tiles;
        var names = sheets.NamesOf(layer.Tiles.Layer).Select(name => name is null ? null : $"{_path}/{name}").Chunk(sheetsTogether).ToList();
        foreach (var (number, tiles) in Tiles.Chunk(TilesDoc.Together).Index())
        {
            await folder.WriteAsync(DataPaths.Tiles(_path, number), DocOf(tiles, names[number]), cancellationToken);
        }
    }

    private TilesDoc DocOf(IReadOnlyList<Tile> tiles, IReadOnlyList<string?> names) => new(
        [.. tiles.Select(tile => tile.State)],
        [.. tiles.Select(tile => tile.Objective)],
        [.. tiles.Select(tile => tile.Entry?.Label)],
        [.. tiles.Index().Where(tile => layer.Evidence.ScoresOf(tile.Item.Entry?.Sha256) is { IsDistrusted: true }).Select(tile => tile.Index)],
        names);

    private LayerDoc HeadOf(string version, IReadOnlyList<ColumnRow> columns, bool hasLabels)
    {
        var planned = layer.Tiles.Layer;
        return new(
            version, sweep.Value, planned.Model, planned.Layer, planned.WeightsDigest, planned.IsLogits, planned.Size, planned.ChannelCount, layer.Tiles.Seeds,
            LayerRecipeDoc.Of(layer.Tiles.Recipe), Tiles.Count, layer.Tiles.Counts, [.. planned.Channels.Ranges.Select(range => new[] { range.First, range.Last })], columns, hasLabels,
            LayerHeads.BestOf(layer.Tiles, sheets), LayerHeads.TroublesOf(layer.Tiles),
            layer.Evidence.Photographs is { } photographs ? new(photographs.Pass.Pass, photographs.Pass.Photographs) : null, records.Environments);
    }
}
