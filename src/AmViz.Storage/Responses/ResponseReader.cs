using System.Runtime.CompilerServices;
using AmViz.Responses;

namespace AmViz.Storage;

/// <summary>Reads what finished passes of photographs came to.</summary>
/// <param name="blobs">Where they lie.</param>
public sealed class ResponseReader(IBlobStore blobs)
{
    private const string Remedy = "remove it with responses.json and run 'amviz respond' again, which makes both anew";

    /// <summary>Every pass that has finished, once for each choice of what is shown of it.</summary>
    /// <exception cref="CorruptBlobException">A summary cannot be read.</exception>
    public async IAsyncEnumerable<ResponseSummary> PassesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in blobs.ListAsync(ResultLayout.Responses, cancellationToken))
        {
            if (ResultLayout.IsResponseSummary(item.Path) && await blobs.ReadAsync(item.Path, cancellationToken) is { } blob)
            {
                yield return StoredJson.Read<ResponseSummary>(blobs.Name, item.Path, blob.Content.Span, ResponseSummary.CurrentFormatVersion, summary => summary.FormatVersion);
            }
        }
    }

    /// <summary>The channels of a layer, from 0.</summary>
    /// <exception cref="CorruptBlobException">The table is missing or cannot be read.</exception>
    public Task<IReadOnlyList<StoredChannel>> ReadChannelsAsync(ResponseSummary pass, string layer, CancellationToken cancellationToken)
        => ReadAsync(pass, layer, ResponseTables.Channels, StoredChannel.ReadAsync, cancellationToken);

    /// <summary>The photographs that are shown for the channels of a layer, by channel, kind and rank.</summary>
    /// <exception cref="CorruptBlobException">The table is missing or cannot be read.</exception>
    public Task<IReadOnlyList<StoredExample>> ReadExamplesAsync(ResponseSummary pass, string layer, CancellationToken cancellationToken)
        => ReadAsync(pass, layer, ResponseTables.Examples, StoredExample.ReadAsync, cancellationToken);

    private async Task<IReadOnlyList<TRow>> ReadAsync<TRow>(
        ResponseSummary pass, string layer, string table, Func<ParquetGroup, Task<IReadOnlyList<TRow>>> readGroup, CancellationToken cancellationToken)
    {
        var path = ResultLayout.ResponseTable(pass.Pass, pass.Shown.Name, layer, table);
        return await blobs.ReadAsync(path, cancellationToken) is { } blob
            ? await ParquetTableReader.ReadAsync(blobs.Name, path, blob.Content, readGroup, Remedy, cancellationToken).ToListAsync(cancellationToken)
            : throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} is missing, though the pass has finished: remove its responses.json and run 'amviz respond' again, which makes both anew.");
    }
}

/// <summary>What a row of <c>responses.parquet</c> says of a channel.</summary>
/// <param name="Channel">From 0.</param>
/// <param name="Photographs">Photographs with a finite response.</param>
/// <param name="Mean">Mean of the responses; null if there is none.</param>
/// <param name="Deviation">Their deviation.</param>
/// <param name="ZeroShare">Share of responses that are exactly zero.</param>
/// <param name="Quantile99">Their 99th percentile.</param>
/// <param name="Largest">The largest.</param>
/// <param name="BestLabel">The label that the channel tells best from the others; null without labels.</param>
/// <param name="BestArea">Area under its ROC curve.</param>
/// <param name="MapMean">Mean of the values over photographs and positions; null if there is none.</param>
public sealed record StoredChannel(
    int Channel, long Photographs, double? Mean, double? Deviation, double? ZeroShare, float? Quantile99, float? Largest, string? BestLabel, double? BestArea, double? MapMean)
{
    internal static async Task<IReadOnlyList<StoredChannel>> ReadAsync(ParquetGroup group)
    {
        var (channels, photographs) = (await group.Values<int>("channel"), await group.Values<long>("photographs"));
        var (means, deviations, zeros) = (await group.Optional<double>("mean"), await group.Optional<double>("deviation"), await group.Optional<double>("zeroShare"));
        var (quantiles, largest, labels, areas) = (await group.Optional<float>("q99"), await group.Optional<float>("q100"), await group.OptionalText("bestLabel"), await group.Optional<double>("bestAuc"));
        var mapMeans = await group.Optional<double>("mapMean");
        return [.. channels.Select((channel, i) => new StoredChannel(channel, photographs[i], means[i], deviations[i], zeros[i], quantiles[i], largest[i], labels[i], areas[i], mapMeans[i]))];
    }
}

/// <summary>What a row of <c>examples.parquet</c> says of a photograph that is shown for a channel.</summary>
/// <param name="Channel">From 0.</param>
/// <param name="Kind">Why it is shown.</param>
/// <param name="Rank">From 1: place in the list; for quantiles tenths.</param>
/// <param name="Photograph">SHA-256 of it.</param>
/// <param name="Name">Its path below the folder, or as the list has it.</param>
/// <param name="Label">Its label; null for none.</param>
/// <param name="Response">The channel's response.</param>
/// <param name="Crop">Path of what the channel sees of it; null if it was not cut out.</param>
public sealed record StoredExample(int Channel, ExampleKind Kind, int Rank, string Photograph, string Name, string? Label, float Response, BlobPath? Crop)
{
    internal static async Task<IReadOnlyList<StoredExample>> ReadAsync(ParquetGroup group)
    {
        var (channels, kinds, ranks) = (await group.Values<int>("channel"), await group.RepeatedText("kind"), await group.Values<int>("rank"));
        var (photographs, names, labels) = (await group.RepeatedText("photograph"), await group.RepeatedText("name"), await group.OptionalText("label"));
        var (responses, crops) = (await group.Values<float>("response"), await group.OptionalText("crop"));
        return
        [
            .. channels.Select((channel, i) => new StoredExample(
                channel, Enum.Parse<ExampleKind>(kinds[i], ignoreCase: true), ranks[i], photographs[i], names[i], labels[i], responses[i], crops[i] is { } crop ? new BlobPath(crop) : null)),
        ];
    }
}
