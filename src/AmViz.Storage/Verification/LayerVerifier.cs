using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace AmViz.Storage;

/// <summary>Verifies the rows and pictures of one layer of a sweep: one listing, one read a picture.</summary>
internal sealed class LayerVerifier(
    IBlobStore blobs, PictureRecordReader readRecord, SweepPlan plan, PlannedLayer layer, IReadOnlyList<SweepPlan> plans)
{
    private const int ParallelReads = 8;

    private readonly string _recipeHash = plan.RecipeFor(layer).Hash;
    private readonly ConcurrentBag<VerificationFinding> _findings = [];
    private int _pictures;
    private long _bytes;

    public int Pictures => _pictures;

    public long Bytes => _bytes;

    /// <summary>What was found: that of the whole layer first, then by path.</summary>
    public IEnumerable<VerificationFinding> Findings => _findings
        .OrderBy(finding => finding.Kind == FindingKind.Hole ? 0 : 1)
        .ThenBy(finding => finding.Subject, StringComparer.Ordinal);

    public async Task VerifyAsync(IReadOnlyList<ManifestEntry> rows, CancellationToken cancellationToken)
    {
        var prefix = ResultLayout.Pictures(layer.Model, layer.WeightsDigest, layer.Layer, _recipeHash);
        var files = await blobs.ListAsync(prefix, cancellationToken)
            .ToDictionaryAsync(item => item.Path.Value, item => item.Length, StringComparer.Ordinal, cancellationToken);
        var planned = KeepPlanned(rows);
        FindHoles(planned);
        var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            planned.Where(row => row.Outcome == ChannelOutcome.Rendered), options,
            async (row, token) => await (plan.Work is { } work ? VerifyResultAsync(row, work, token) : VerifyPictureAsync(row, files, token)));
        var named = planned.Select(row => row.Picture).OfType<string>().ToHashSet(StringComparer.Ordinal);
        await Parallel.ForEachAsync(files.Keys.Where(path => !named.Contains(path)), options, async (path, token) => await ExplainAsync(new(path), token));
    }

    public static VerificationFinding Stray(ManifestEntry row)
        => new(FindingKind.StrayRow, $"{ShardRows.TaskOf(row)}", $"The manifest has a row of '{ShardRows.TaskOf(row)}', recipe {row.Recipe}, that the plan does not have, or has it twice. Run the sweep again; the manifest is made anew from its parts.");

    private List<ManifestEntry> KeepPlanned(IReadOnlyList<ManifestEntry> rows)
    {
        var seen = new HashSet<(int, int)>();
        var planned = new List<ManifestEntry>();
        foreach (var row in rows)
        {
            if (IsPlannedBy(plan, layer, row.Channel, row.Seed)
                && row.Recipe == _recipeHash
                && seen.Add((row.Channel, row.Seed)))
            {
                planned.Add(row);
            }
            else
            {
                _findings.Add(Stray(row));
            }
        }

        return planned;
    }

    private void FindHoles(IEnumerable<ManifestEntry> rows)
    {
        var there = rows.Select(row => (row.Channel, row.Seed)).ToHashSet();
        var missing = layer.Channels.Enumerate().Sum(channel => plan.Seeds.Count(seed => !there.Contains((channel, seed))));
        if (missing > 0)
        {
            var channels = ChannelSet.Of(layer.Channels.Enumerate().Where(channel => plan.Seeds.Any(seed => !there.Contains((channel, seed)))));
            _findings.Add(new(FindingKind.Hole, $"{layer.Model}/{layer.Layer}", $"{missing} planned {(plan.Work is null ? "pictures have no row: channels" : "tasks have no row:")} {channels}. Run the sweep again to {(plan.Work is null ? "draw" : "compute")} them."));
        }
    }

    /// <summary>What came of a task that draws nothing must be what its row was written for.</summary>
    private async Task VerifyResultAsync(ManifestEntry row, IComputedWork work, CancellationToken cancellationToken)
    {
        var path = ResultLayout.Computed(work, row.Layer, row.Channel);
        if (await blobs.ReadAsync(path, cancellationToken) is not { } blob)
        {
            Add(FindingKind.PictureMissing, path, "What the row was written for is not there. Run the sweep again to compute it.");
        }
        else if (Differs(row, blob.Content.Span) is { } difference)
        {
            Add(FindingKind.PictureDiffers, path, $"{difference} Remove the file and run the sweep again to compute it.");
        }
        else
        {
            Interlocked.Increment(ref _pictures);
            Interlocked.Add(ref _bytes, blob.Content.Length);
        }
    }

    private async Task VerifyPictureAsync(ManifestEntry row, Dictionary<string, long> files, CancellationToken cancellationToken)
    {
        var path = ResultLayout.Picture(ShardRows.TaskOf(row), _recipeHash);
        var blob = files.ContainsKey(path.Value) ? await blobs.ReadAsync(path, cancellationToken) : null;
        if (row.Picture != path.Value)
        {
            Add(FindingKind.StrayRow, path, $"The row says that the picture lies at '{row.Picture}'; expected '{path}'. Run the sweep again; the manifest is made anew from its parts.");
        }
        else if (blob is null)
        {
            Add(FindingKind.PictureMissing, path, "The row's picture is not there. Run the sweep again to draw it.");
        }
        else if (Differs(row, blob.Content.Span) is { } difference)
        {
            Add(FindingKind.PictureDiffers, path, $"{difference} Remove the file and run the sweep again to draw it.");
        }
        else if (readRecord(blob.Content) is not { } record)
        {
            Add(FindingKind.ForeignFile, path, "The file is the one of the row, but not a picture with a record. Remove it and run the sweep again.");
        }
        else if (ManifestRows.Rendered(record, path, blob.Content.Span) is var rebuilt && (rebuilt != row || record.Task != ShardRows.TaskOf(row)))
        {
            Add(FindingKind.RecordDisagrees, path, $"The picture's own record says {Summary(rebuilt)}; the row says {Summary(row)}. Remove the file and run the sweep again to draw it.");
        }
        else
        {
            Interlocked.Increment(ref _pictures);
            Interlocked.Add(ref _bytes, blob.Content.Length);
        }
    }

    private async Task ExplainAsync(BlobPath path, CancellationToken cancellationToken)
    {
        if (!ResultLayout.TryParsePicture(path.Name, out var channel, out var seed))
        {
            Add(FindingKind.ForeignFile, path, "No picture has such a name. Move the file elsewhere.");
        }
        // Another sweep's picture is looked at when that sweep is verified.
        else if (!IsPlannedByAnother(channel, seed) && await blobs.ReadAsync(path, cancellationToken) is { } blob)
        {
            var task = new ChannelTask(layer.Model, layer.WeightsDigest, layer.Layer, channel, seed);
            _findings.Add(Unnamed(path, task, readRecord(blob.Content)));
        }
    }

    private VerificationFinding Unnamed(BlobPath path, ChannelTask task, ChannelRecord? record) => record switch
    {
        null => new(FindingKind.ForeignFile, path.Value, "The file is not a picture with a record, and no row names it. Remove it."),
        _ when record.Task != task || record.Recipe.Hash != _recipeHash =>
            new(FindingKind.RecordDisagrees, path.Value, $"The picture's own record says '{record.Task}', recipe {record.Recipe.Hash}, and its address says '{task}', recipe {_recipeHash}. Remove it."),
        _ => new(FindingKind.Orphan, path.Value, "No row names this picture. If a sweep is to draw it, run that sweep again; otherwise it can be removed."),
    };

    private bool IsPlannedByAnother(int channel, int seed)
        => !IsPlannedBy(plan, layer, channel, seed)
            && plans.Any(other => other.Layers.Any(candidate =>
                candidate.Model == layer.Model && candidate.WeightsDigest == layer.WeightsDigest && candidate.Layer == layer.Layer
                && other.RecipeFor(candidate).Hash == _recipeHash
                && IsPlannedBy(other, candidate, channel, seed)));

    private static bool IsPlannedBy(SweepPlan plan, PlannedLayer layer, int channel, int seed)
        => layer.Channels.Contains(channel) && plan.Seeds.Contains(seed);

    private static string? Differs(ManifestEntry row, ReadOnlySpan<byte> picture)
    {
        if (row.Bytes != picture.Length)
        {
            return $"The file has {picture.Length} bytes; the row says {row.Bytes}.";
        }

        var digest = Convert.ToHexStringLower(SHA256.HashData(picture));
        return digest == row.Sha256
            ? null
            : $"The file's SHA-256 is {digest}; the row says {row.Sha256}.";
    }

    private static string Summary(ManifestEntry row)
        => FormattableString.Invariant($"'{ShardRows.TaskOf(row)}' (label {row.Label ?? "none"}), recipe {row.Recipe}, objective {row.InitialObjective} to {row.FinalObjective}");

    private void Add(FindingKind kind, BlobPath path, string message) => _findings.Add(new(kind, path.Value, message));
}
