using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace AmViz.Storage;

/// <summary>Makes the rows of one shard agree with its pictures.</summary>
/// <remarks>
/// A picture is right if it carries the record of its address and is the one that a row was written for, or if no row was. Its row is then made from it. A
/// picture that no longer is what its row says has rotted, and makes room to be drawn again.
/// </remarks>
internal sealed class ShardRepairer(IBlobStore blobs, PictureRecordReader readRecord, Shard shard, TimeProvider time)
{
    private const int ParallelReads = 8;

    // Stands in the run log in place of a device and a lease.
    private const string Repair = "repair";

    private readonly string _recipeHash = shard.Recipe.Hash;
    private readonly ManifestParts _parts = new(blobs);
    private readonly List<BlobPath> _read = [];
    private readonly List<PartRow> _rows = [];
    private int _removed;

    public int RowsRebuilt { get; private set; }

    public int RowsDropped { get; private set; }

    public int PicturesRemoved => _removed;

    public int PartsRemoved { get; private set; }

    /// <summary>Reads every part and every picture of the shard and mends what does not agree.</summary>
    /// <param name="folded">The shard's rows of the manifest, which may know pictures that no part knows.</param>
    /// <param name="cancellationToken">Gives up; repairing again goes on.</param>
    public async Task RepairAsync(IReadOnlyList<ManifestEntry> folded, CancellationToken cancellationToken)
    {
        await foreach (var (path, rows) in _parts.ReadEachAsync(shard.Id, cancellationToken))
        {
            _read.Add(path);
            _rows.AddRange(rows ?? []);
            PartsRemoved += rows is null ? 1 : 0;
        }

        var known = _rows.Select(row => row.Entry).Concat(folded).Where(entry => entry.Picture is not null).ToLookup(ShardRows.TaskOf, entry => entry.Sha256);
        var right = await ReadPicturesAsync(known, cancellationToken);
        var kept = Settle(right);
        if (RowsRebuilt + RowsDropped + PartsRemoved > 0)
        {
            await ReplacePartsAsync(kept, cancellationToken);
        }
    }

    /// <summary>Rows of all pictures that are right; the others are removed.</summary>
    private async Task<IReadOnlyDictionary<ChannelTask, ManifestEntry>> ReadPicturesAsync(ILookup<ChannelTask, string?> known, CancellationToken cancellationToken)
    {
        var tasks = shard.Tasks().ToDictionary(task => ResultLayout.Picture(task, _recipeHash));
        var right = new ConcurrentDictionary<ChannelTask, ManifestEntry>();
        var prefix = ResultLayout.Pictures(shard.Id.Model, shard.WeightsDigest, shard.Id.Layer, _recipeHash);
        var there = await blobs.ListAsync(prefix, cancellationToken).Select(item => item.Path).Where(tasks.ContainsKey).ToListAsync(cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(there, options, async (path, token) =>
        {
            var task = tasks[path];
            if (await blobs.ReadAsync(path, token) is not { } blob)
            {
                return;
            }

            if (IsRight(task, blob, known[task]) is { } record)
            {
                right[task] = ManifestRows.Rendered(record, path, blob.Content.Span);
            }
            else if (await blobs.DeleteAsync(path, token))
            {
                Interlocked.Increment(ref _removed);
            }
        });
        return right;
    }

    private ChannelRecord? IsRight(ChannelTask task, Blob blob, IEnumerable<string?> digests)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(blob.Content.Span));
        return digests.DefaultIfEmpty(digest).Contains(digest, StringComparer.Ordinal)
            && readRecord(blob.Content) is { } record && record.Task == task && record.Recipe.Hash == _recipeHash
                ? record
                : null;
    }

    private List<PartRow> Settle(IReadOnlyDictionary<ChannelTask, ManifestEntry> right)
    {
        var (kept, wrong) = (new List<PartRow>(), new Dictionary<ChannelTask, RunLogEntry>());
        var tasks = shard.Tasks().ToHashSet();
        // A repair that died halfway has left some rows twice.
        foreach (var row in _rows.Distinct())
        {
            var task = ShardRows.TaskOf(row.Entry);
            var isOurs = tasks.Contains(task) && row.Run.Task == task && row.Entry.Recipe == _recipeHash;
            if (isOurs && (row.Entry.Outcome != ChannelOutcome.Rendered || right.GetValueOrDefault(task) == row.Entry))
            {
                kept.Add(row);
            }
            else if (isOurs && right.ContainsKey(task))
            {
                wrong[task] = row.Run;
            }
            else
            {
                RowsDropped++;
            }
        }

        var named = kept.Where(row => row.Entry.Outcome == ChannelOutcome.Rendered).Select(row => row.Run.Task).ToHashSet();
        var rebuilt = shard.Tasks().Where(task => right.ContainsKey(task) && !named.Contains(task)).Select(task => new PartRow(right[task], wrong.GetValueOrDefault(task) ?? Found(task))).ToList();
        RowsRebuilt = rebuilt.Count;
        return [.. kept, .. rebuilt];
    }

    private RunLogEntry Found(ChannelTask task) => new()
    {
        Task = task,
        Outcome = ChannelOutcome.Rendered,
        Skipped = true,
        Device = Repair,
        CommittedAt = time.GetUtcNow(),
        Lease = Repair,
    };

    // First what is right, then away with the old: dying in between loses nothing.
    private async Task ReplacePartsAsync(List<PartRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count > 0)
        {
            var (epoch, sequence) = _read.Count > 0 && ResultLayout.TryParsePart(_read[^1].Name, out var e, out var s) ? (e, s + 1) : (0, 0);
            await _parts.AppendAsync(shard.Id, epoch, sequence, rows, cancellationToken);
        }

        foreach (var path in _read)
        {
            await blobs.DeleteAsync(path, cancellationToken);
        }
    }
}
