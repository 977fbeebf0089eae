using System.Text.Json;
using AmViz.Responses;

namespace AmViz.Storage;

/// <summary>Keeps the neighbours of channels; nothing is ever replaced.</summary>
/// <param name="blobs">Where.</param>
public sealed class NeighbourStore(IBlobStore blobs)
{
    private const string Remedy = "remove both and run 'amviz neighbours' again, which makes them anew";

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

    /// <summary>What every search came to that has finished, in the order of their names.</summary>
    /// <exception cref="StorageException">The store cannot be used, or a summary cannot be read.</exception>
    public async Task<IReadOnlyList<NeighbourSummary>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var found = new List<NeighbourSummary>();
        await foreach (var item in blobs.ListAsync(ResultLayout.Neighbours, cancellationToken))
        {
            if (ResultLayout.SearchOf(item.Path) is { } search && await ReadSummaryAsync(search, cancellationToken) is { } summary)
            {
                found.Add(summary);
            }
        }

        return [.. found.OrderBy(summary => summary.Search, StringComparer.Ordinal)];
    }

    /// <summary>Reads the table of a search that has finished.</summary>
    /// <exception cref="CorruptBlobException">It is missing or cannot be read.</exception>
    public async Task<IReadOnlyList<NeighbourRow>> ReadTableAsync(string search, CancellationToken cancellationToken)
    {
        var path = ResultLayout.NeighbourTable(search);
        var blob = await blobs.ReadAsync(path, cancellationToken) ?? throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} is missing, though its summary is there: {Remedy}.");
        return await ParquetTableReader.ReadAsync<NeighbourRow>(blobs.Name, path, blob.Content, ReadGroup, Remedy, cancellationToken).ToListAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<NeighbourRow>> ReadGroup(ParquetGroup group)
    {
        var (passes, models, layers) = (await group.RepeatedText("pass"), await group.RepeatedText("model"), await group.RepeatedText("layer"));
        var (otherPasses, otherModels, otherLayers) = (await group.RepeatedText("neighbourPass"), await group.RepeatedText("neighbourModel"), await group.RepeatedText("neighbourLayer"));
        var (channels, otherChannels) = (await group.Values<int>("channel"), await group.Values<int>("neighbourChannel"));
        var (ranks, correlations, mutual) = (await group.Values<int>("rank"), await group.Values<float>("correlation"), await group.Values<bool>("mutual"));
        return
        [
            .. channels.Select((channel, i) => new NeighbourRow(
                new(passes[i], models[i], layers[i], channel), ranks[i], new(otherPasses[i], otherModels[i], otherLayers[i], otherChannels[i]), correlations[i], mutual[i])),
        ];
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
