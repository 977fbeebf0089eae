using System.Globalization;
using System.Text.Json;
using AmViz.Responses;

namespace AmViz.Storage;

/// <summary>Keeps passes of photographs: plan, lists, the statistics of shards, tables and crops.</summary>
/// <remarks>Nothing is ever replaced: each blob follows from its address, so whoever comes second finds what it would have written.</remarks>
/// <param name="blobs">Where.</param>
public sealed class ResponseStore(IBlobStore blobs)
{
    /// <summary>Names of the tables of a layer.</summary>
    public static IReadOnlyList<string> Tables { get; } = [ResponseTables.Examples, ResponseTables.Labels, ResponseTables.Coactivation, ResponseTables.Channels];

    /// <summary>Writes down a plan, and which photographs its shards have.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="list">All photographs, in the order of their numbers; null: they are made, and not listed.</param>
    /// <param name="cancellationToken">Gives up; written again, it goes on.</param>
    public async Task WriteAsync(ResponsePlan plan, IReadOnlyList<ListedPhotograph>? list, CancellationToken cancellationToken)
    {
        await blobs.CreateAsync(ResultLayout.ResponsePlan(plan.Id), JsonSerializer.SerializeToUtf8Bytes(plan, SweepJson.Indented), cancellationToken);
        for (var shard = 0; list is not null && shard < plan.ShardCount; shard++)
        {
            var (_, first, count) = plan.Shard(shard);
            ListedPhotograph[] some = [.. list.Skip((int)first).Take(count)];
            await blobs.CreateAsync(ResultLayout.ResponseList(plan.Id, shard), JsonSerializer.SerializeToUtf8Bytes(some, SweepJson.Compact), cancellationToken);
        }
    }

    /// <summary>Reads a plan.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="CorruptBlobException">It cannot be read.</exception>
    public async Task<ResponsePlan?> ReadPlanAsync(string pass, CancellationToken cancellationToken)
    {
        var path = ResultLayout.ResponsePlan(pass);
        return await blobs.ReadAsync(path, cancellationToken) is { } blob ? StoredJson.Read<ResponsePlan>(blobs.Name, path, blob.Content.Span) : null;
    }

    /// <summary>Reads which photographs a shard has.</summary>
    /// <exception cref="CorruptBlobException">The list is missing or cannot be read.</exception>
    public async Task<IReadOnlyList<ListedPhotograph>> ReadListAsync(ResponsePlan plan, int shard, CancellationToken cancellationToken)
    {
        var path = ResultLayout.ResponseList(plan.Id, shard);
        return await blobs.ReadAsync(path, cancellationToken) is { } blob
            ? StoredJson.Read<List<ListedPhotograph>>(blobs.Name, path, blob.Content.Span)
            : throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} is missing: the photographs of shard {shard}. Run the same command again, which lists them anew.");
    }

    /// <summary>Numbers of the photographs that are copied into the store.</summary>
    public async Task<IReadOnlySet<int>> CopiedAsync(ResponsePlan plan, CancellationToken cancellationToken)
        => await NumbersAsync(ResultLayout.ResponseCopies(plan.Id), cancellationToken);

    /// <summary>Copies a photograph into the store.</summary>
    /// <param name="plan">The pass.</param>
    /// <param name="number">Of the photograph, from 0.</param>
    /// <param name="file">Its file, as it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task CopyAsync(ResponsePlan plan, int number, byte[] file, CancellationToken cancellationToken)
        => blobs.CreateAsync(ResultLayout.ResponseCopy(plan.Id, number), file, cancellationToken);

    /// <summary>Reads the copy of a photograph.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public async Task<byte[]> ReadCopyAsync(ResponsePlan plan, long number, CancellationToken cancellationToken)
        => await blobs.ReadAsync(ResultLayout.ResponseCopy(plan.Id, number), cancellationToken) is { } blob
            ? blob.Content.ToArray()
            : throw new IOException($"It is not in {blobs.Name}: it could not be read when the photographs were copied.");

    /// <summary>The shards whose statistics are there.</summary>
    public async Task<IReadOnlySet<int>> FinishedShardsAsync(ResponsePlan plan, CancellationToken cancellationToken)
        => await NumbersAsync(ResultLayout.ResponseShards(plan.Id), cancellationToken);

    /// <summary>Stores the statistics of a shard; of two writers the first one counts.</summary>
    public Task CommitAsync(ResponsePlan plan, ShardStatistics shard, CancellationToken cancellationToken)
        => blobs.CreateAsync(ResultLayout.ResponseShard(plan.Id, shard.Index), ShardFile.Write(shard), cancellationToken);

    /// <summary>Reads the statistics of a shard.</summary>
    /// <exception cref="CorruptBlobException">They are missing or damaged.</exception>
    public async Task<ShardStatistics> ReadShardAsync(ResponsePlan plan, int shard, CancellationToken cancellationToken)
    {
        var path = ResultLayout.ResponseShard(plan.Id, shard);
        var blob = await blobs.ReadAsync(path, cancellationToken)
            ?? throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} is missing. Run the same command again, which computes that shard anew.");
        try
        {
            return ShardFile.Read(plan, blob.Content.Span);
        }
        catch (InvalidDataException e)
        {
            throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} is not the statistics of a shard: {e.Message}. Remove the file and run the same command again, which computes that shard anew.", e);
        }
    }

    /// <summary>Stores a crop, if it is not there.</summary>
    /// <returns>Its path.</returns>
    public async Task<BlobPath> WriteCropAsync(ContentDigest photograph, int size, PixelBox box, Func<byte[]> encode, CancellationToken cancellationToken)
    {
        var path = ResultLayout.Crop(photograph.ToString(), size, (box.Left, box.Top, box.Width, box.Height));
        if (await blobs.ReadPropertiesAsync(path, cancellationToken) is null)
        {
            await blobs.CreateAsync(path, encode(), cancellationToken);
        }

        return path;
    }

    /// <summary>Whether all tables of a layer are written.</summary>
    public async Task<bool> HasTablesAsync(ResponsePlan plan, ShownChoice shown, RespondingLayer layer, CancellationToken cancellationToken)
        => await blobs.ReadPropertiesAsync(ResultLayout.ResponseTable(plan.Id, shown.Name, layer.Name, ResponseTables.Channels), cancellationToken) is not null;

    /// <summary>Writes the tables of a layer, that of its channels last: once it is there, all are.</summary>
    public async Task WriteTablesAsync(PassStatistics pass, ShownChoice choice, LayerReport report, IEnumerable<ShownExample> shown, CancellationToken cancellationToken)
    {
        var metadata = ResponseTables.Metadata(pass.Plan, report.Layer.Name);
        BlobPath Path(string table) => ResultLayout.ResponseTable(pass.Plan.Id, choice.Name, report.Layer.Name, table);
        await WriteAsync(Path(ResponseTables.Examples), ResponseTables.ExampleColumns(), shown, metadata, cancellationToken);
        await WriteAsync(Path(ResponseTables.Labels), ResponseTables.LabelColumns(), report.Labels(), metadata, cancellationToken);
        await WriteAsync(Path(ResponseTables.Coactivation), ResponseTables.CoactivationColumns(), report.Coactivations(), metadata, cancellationToken);
        await WriteAsync(Path(ResponseTables.Channels), ResponseTables.ChannelColumns(), report.Channels(), metadata, cancellationToken);
    }

    /// <summary>Writes the list of all photographs, one shard in memory at a time.</summary>
    public async Task WritePhotographsAsync(ResponsePlan plan, CancellationToken cancellationToken)
    {
        var path = ResultLayout.ResponsePhotographs(plan.Id);
        if (await blobs.ReadPropertiesAsync(path, cancellationToken) is not null)
        {
            return;
        }

        await using var table = await ParquetTableWriter<PhotographRow>.OpenAsync(ResponseTables.PhotographColumns(), new Dictionary<string, string>(StringComparer.Ordinal) { ["amviz.pass"] = plan.Id }, cancellationToken);
        for (var index = 0; index < plan.ShardCount; index++)
        {
            var shard = await ReadShardAsync(plan, index, cancellationToken);
            var rows = shard.Photographs
                .Select(one => new PhotographRow(one.Number, one.Digest, one.Name, one.Label < 0 ? null : plan.Photographs.Labels[one.Label], one.Width, one.Height, Error: null))
                .Concat(shard.Unreadable.Select(one => new PhotographRow(one.Number, Digest: null, one.Name, Label: null, Width: null, Height: null, one.Reason)));
            foreach (var row in rows.OrderBy(row => row.Number))
            {
                await table.AddAsync(row, cancellationToken);
            }
        }

        await blobs.CreateAsync(path, await table.FinishAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Reads what a finished pass came to.</summary>
    /// <returns>Null if it has not finished.</returns>
    /// <exception cref="CorruptBlobException">It cannot be read.</exception>
    public async Task<ResponseSummary?> ReadSummaryAsync(string pass, ShownChoice shown, CancellationToken cancellationToken)
    {
        var path = ResultLayout.ResponseSummary(pass, shown.Name);
        return await blobs.ReadAsync(path, cancellationToken) is { } blob ? ReadSummary(blob.Content, path, blobs.Name) : null;
    }

    /// <summary>Reads a summary out of its file.</summary>
    /// <exception cref="CorruptBlobException">It cannot be read.</exception>
    public static ResponseSummary ReadSummary(ReadOnlyMemory<byte> file, BlobPath path, string store)
        => StoredJson.Read<ResponseSummary>(store, path, file.Span, ResponseSummary.CurrentFormatVersion, summary => summary.FormatVersion);

    /// <summary>Writes what a finished pass came to, after all else.</summary>
    public Task WriteSummaryAsync(ResponseSummary summary, CancellationToken cancellationToken)
        => blobs.CreateAsync(ResultLayout.ResponseSummary(summary.Pass, summary.Shown.Name), Bytes(summary), cancellationToken);

    /// <summary>A summary as it is stored.</summary>
    public static byte[] Bytes(ResponseSummary summary) => JsonSerializer.SerializeToUtf8Bytes(summary, SweepJson.Indented);

    private async Task<HashSet<int>> NumbersAsync(string prefix, CancellationToken cancellationToken)
    {
        var numbers = new HashSet<int>();
        await foreach (var item in blobs.ListAsync(prefix, cancellationToken))
        {
            if (int.TryParse(item.Path.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                numbers.Add(number);
            }
        }

        return numbers;
    }

    private async Task WriteAsync<TRow>(
        BlobPath path, IReadOnlyList<ParquetColumn<TRow>> columns, IEnumerable<TRow> rows, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken)
    {
        await using var table = await ParquetTableWriter<TRow>.OpenAsync(columns, metadata, cancellationToken);
        foreach (var row in rows)
        {
            await table.AddAsync(row, cancellationToken);
        }

        await blobs.CreateAsync(path, await table.FinishAsync(cancellationToken), cancellationToken);
    }
}
