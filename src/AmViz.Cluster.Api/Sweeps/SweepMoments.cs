using System.Text.Json;
using BitFaster.Caching.Lru;

namespace AmViz.Cluster.Api;

/// <summary>When the state of a sweep changed, out of its journal. An entry never changes, so each is read once a run.</summary>
/// <param name="blobs">The store.</param>
internal sealed class SweepMoments(IBlobStore blobs)
{
    /// <summary>Most changes of a run that are told. A script that pauses and resumes for weeks makes many.</summary>
    public const int Most = 100;

    private const int RunsAtHand = 256;
    private const int ReadsAtOnce = 16;

    // By the run: after a sweep was removed and submitted again, other entries lie at the same paths.
    private readonly ConcurrentLru<(SweepId Sweep, DateTimeOffset? StartedAt), Known> _known = new(RunsAtHand);

    /// <summary>The changes of a sweep's present run, oldest first: the first, and the last ones. Entries that change no state, such as those of a rank, are left out.</summary>
    /// <exception cref="CorruptBlobException">An entry cannot be read.</exception>
    public async Task<IReadOnlyList<SweepMoment>> OfAsync(SweepStatus status, CancellationToken cancellationToken)
    {
        var run = (status.Id, status.StartedAt);
        var known = _known.TryGet(run, out var before) ? before : new(After: "", []);
        var paths = await blobs.ListAsync(ResultLayout.Journal(status.Id), cancellationToken).Select(item => item.Path)
            .Where(path => string.CompareOrdinal(path.Value, known.After) > 0).ToListAsync(cancellationToken);
        foreach (var some in paths.Chunk(ReadsAtOnce))
        {
            var read = await Task.WhenAll(some.Select(path => ReadAsync(path, cancellationToken)));
            known = new(some[^1].Value, Changes([.. known.Moments, .. read.OfType<SweepMoment>().Where(moment => moment.At >= status.StartedAt)]));
            _known.AddOrUpdate(run, known);
        }

        return known.Moments;
    }

    private static SweepMoment[] Changes(SweepMoment[] moments)
    {
        SweepMoment[] changes = [.. moments.Where((moment, number) => number == 0 || moments[number - 1].State != moment.State)];
        return changes.Length <= Most ? changes : [changes[0], .. changes[^(Most - 1)..]];
    }

    private async Task<SweepMoment?> ReadAsync(BlobPath path, CancellationToken cancellationToken)
    {
        if (await blobs.ReadAsync(path, cancellationToken) is not { } blob)
        {
            // The sweep is being removed.
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<SweepMoment>(blob.Content.Span, SweepJson.Indented);
        }
        catch (JsonException e)
        {
            throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} is not an entry of a sweep's journal: {e.Message} Remove the file and submit the sweep again.", e);
        }
    }

    private sealed record Known(string After, SweepMoment[] Moments);
}
