using AmViz.Responses;

namespace AmViz.Storage;

/// <summary>Keeps what channels responded to the sampled photographs of finished passes: a table a layer, with a row a photograph and a column a channel.</summary>
/// <remarks>As columns lie together in a file, the responses of a channel are read at once, and <c>corr(c0, c1)</c> compares two channels in DuckDB.</remarks>
/// <param name="blobs">Where.</param>
public sealed class SampleStore(IBlobStore blobs)
{
    private const string Photograph = "photograph";
    private const string Remedy = "remove it and run 'amviz respond' with another --crops, which makes it anew";

    private readonly ResponseStore _passes = new(blobs);

    /// <summary>Writes the sample of a layer, if it is not there.</summary>
    public async Task WriteAsync(PassStatistics pass, LayerReport report, CancellationToken cancellationToken)
    {
        var path = ResultLayout.ResponseSample(pass.Plan.Id, report.Layer.Name);
        if (await blobs.ReadPropertiesAsync(path, cancellationToken) is not null)
        {
            return;
        }

        await using var table = await ParquetTableWriter<SampleRow>.OpenAsync(Columns(report.Layer.Channels), ResponseTables.Metadata(pass.Plan, report.Layer.Name), cancellationToken);
        foreach (var row in report.Sample())
        {
            await table.AddAsync(row, cancellationToken);
        }

        await blobs.CreateAsync(path, await table.FinishAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Reads the sample of a layer.</summary>
    /// <returns>Null if there is none: the pass has not finished, or did before samples were kept.</returns>
    /// <exception cref="CorruptBlobException">It cannot be read.</exception>
    public async Task<LayerSample?> ReadAsync(string pass, RespondingLayer layer, CancellationToken cancellationToken)
    {
        var path = ResultLayout.ResponseSample(pass, layer.Name);
        if (await blobs.ReadAsync(path, cancellationToken) is not { } blob)
        {
            return null;
        }

        var groups = ParquetTableReader.ReadAsync<LayerSample>(blobs.Name, path, blob.Content, async group => [await ReadAsync(group, layer.Channels)], Remedy, cancellationToken);
        // A sample has fewer photographs than a row group; one without photographs has no group.
        return await groups.SingleOrDefaultAsync(cancellationToken) ?? new([], [.. Enumerable.Range(0, layer.Channels).Select(_ => Array.Empty<float>())]);
    }

    /// <summary>Whether the samples of all layers of a pass are there.</summary>
    public async Task<bool> IsCompleteAsync(ResponsePlan plan, CancellationToken cancellationToken)
    {
        foreach (var layer in plan.Layers)
        {
            if (await blobs.ReadPropertiesAsync(ResultLayout.ResponseSample(plan.Id, layer.Name), cancellationToken) is null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The passes that were begun in the store, by id.</summary>
    /// <exception cref="CorruptBlobException">A plan cannot be read.</exception>
    public async Task<IReadOnlyList<ResponsePlan>> PassesAsync(CancellationToken cancellationToken)
    {
        var plans = new List<ResponsePlan>();
        await foreach (var folder in blobs.ListFoldersAsync(ResultLayout.Responses, cancellationToken))
        {
            if (await _passes.ReadPlanAsync(folder, cancellationToken) is { } plan)
            {
                plans.Add(plan);
            }
        }

        return [.. plans.OrderBy(plan => plan.Id, StringComparer.Ordinal)];
    }

    private static IReadOnlyList<ParquetColumn<SampleRow>> Columns(int channels)
        =>
        [
            new ValueColumn<SampleRow, long>("number", row => row.Number),
            new TextColumn<SampleRow>(Photograph, row => row.Photograph.ToString()),
            .. Enumerable.Range(0, channels).Select(channel => new ValueColumn<SampleRow, float>(Column(channel), row => row.Responses[channel])),
        ];

    private static string Column(int channel) => FormattableString.Invariant($"c{channel}");

    private static async Task<LayerSample> ReadAsync(ParquetGroup group, int channels)
    {
        var responses = new float[channels][];
        for (var channel = 0; channel < channels; channel++)
        {
            responses[channel] = await group.Values<float>(Column(channel));
        }

        return new([.. (await group.Text(Photograph)).Select(text => new ContentDigest(Convert.FromHexString(text)))], responses);
    }
}
