using System.Text.Json;

namespace AmViz.Cluster.Api;

/// <summary>When the state of a sweep changed, out of its journal. An entry never changes, so each is read once.</summary>
/// <param name="blobs">The store.</param>
internal sealed class SweepMoments(IBlobStore blobs)
{
    // A script that pauses and resumes for weeks makes many.
    private const int Most = 100;

    private readonly BitFaster.Caching.Lru.ConcurrentLru<BlobPath, SweepMoment> _read = new(4096);

    /// <summary>The last hundred changes, oldest first. Entries that change no state, such as those of a rank, are left out.</summary>
    /// <exception cref="CorruptBlobException">An entry cannot be read.</exception>
    public async Task<IReadOnlyList<SweepMoment>> OfAsync(SweepId sweep, CancellationToken cancellationToken)
    {
        var paths = await blobs.ListAsync(ResultLayout.Journal(sweep), cancellationToken).Select(item => item.Path).ToListAsync(cancellationToken);
        var moments = new List<SweepMoment>();
        foreach (var path in paths.TakeLast(Most))
        {
            if (await ReadAsync(path, cancellationToken) is { } moment && (moments.Count == 0 || moments[^1].State != moment.State))
            {
                moments.Add(moment);
            }
        }

        return moments;
    }

    private async Task<SweepMoment?> ReadAsync(BlobPath path, CancellationToken cancellationToken)
    {
        if (_read.TryGet(path, out var known))
        {
            return known;
        }

        if (await blobs.ReadAsync(path, cancellationToken) is not { } blob)
        {
            return null;
        }

        try
        {
            var moment = JsonSerializer.Deserialize<SweepMoment>(blob.Content.Span, SweepJson.Indented);
            if (moment is not null)
            {
                _read.AddOrUpdate(path, moment);
            }

            return moment;
        }
        catch (JsonException e)
        {
            throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} is not an entry of a sweep's journal: {e.Message} Remove the file and submit the sweep again.", e);
        }
    }
}
