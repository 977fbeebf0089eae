using System.Text.Json;
using AmViz.Responses;

namespace AmViz.Storage;

/// <summary>Keeps the neighbours of channels; nothing is ever replaced.</summary>
/// <param name="blobs">Where.</param>
public sealed class NeighbourStore(IBlobStore blobs)
{
    /// <summary>Writes the table, a row a neighbour.</summary>
    /// <param name="search">Hash of all that determines it.</param>
    /// <param name="by">By what channels were compared.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WriteTableAsync(string search, NeighbourBasis by, IEnumerable<NeighbourRow> rows, CancellationToken cancellationToken)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["amviz.search"] = search };
        await using var table = await ParquetTableWriter<NeighbourRow>.OpenAsync(Columns(JsonNamingPolicy.CamelCase.ConvertName(by.ToString())), metadata, cancellationToken);
        foreach (var row in rows)
        {
            await table.AddAsync(row, cancellationToken);
        }

        await blobs.CreateAsync(ResultLayout.NeighbourTable(search), await table.FinishAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Writes what a search came to, after its table.</summary>
    public Task WriteSummaryAsync(NeighbourSummary summary, CancellationToken cancellationToken)
        => blobs.CreateAsync(ResultLayout.NeighbourSummary(summary.Search), JsonSerializer.SerializeToUtf8Bytes(summary, SweepJson.Indented), cancellationToken);

    /// <summary>Reads what a search came to.</summary>
    /// <returns>Null if it has not finished.</returns>
    /// <exception cref="CorruptBlobException">It cannot be read.</exception>
    public async Task<NeighbourSummary?> ReadSummaryAsync(string search, CancellationToken cancellationToken)
    {
        var path = ResultLayout.NeighbourSummary(search);
        return await blobs.ReadAsync(path, cancellationToken) is { } blob
            ? StoredJson.Read<NeighbourSummary>(blobs.Name, path, blob.Content.Span, NeighbourSummary.CurrentFormatVersion, summary => summary.FormatVersion)
            : null;
    }

    private static IReadOnlyList<ParquetColumn<NeighbourRow>> Columns(string by)
        =>
        [
            new TextColumn<NeighbourRow>("pass", row => row.Channel.Pass),
            new TextColumn<NeighbourRow>("model", row => row.Channel.Model),
            new TextColumn<NeighbourRow>("layer", row => row.Channel.Layer),
            new ValueColumn<NeighbourRow, int>("channel", row => row.Channel.Channel),
            new ValueColumn<NeighbourRow, int>("rank", row => row.Rank),
            new TextColumn<NeighbourRow>("neighbourPass", row => row.Neighbour.Pass),
            new TextColumn<NeighbourRow>("neighbourModel", row => row.Neighbour.Model),
            new TextColumn<NeighbourRow>("neighbourLayer", row => row.Neighbour.Layer),
            new ValueColumn<NeighbourRow, int>("neighbourChannel", row => row.Neighbour.Channel),
            new ValueColumn<NeighbourRow, float>("correlation", row => row.Correlation),
            new ValueColumn<NeighbourRow, bool>("mutual", row => row.Mutual),
            new TextColumn<NeighbourRow>("comparedBy", _ => by),
        ];
}
