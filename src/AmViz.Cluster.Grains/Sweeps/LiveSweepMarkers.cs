using AmViz.Storage;

namespace AmViz.Cluster.Grains;

/// <summary>Marks in the store which sweeps are live, so that a cluster that lost its memory finds them without reading every sweep there ever was.</summary>
/// <remarks>
/// A hint, never the truth: a marker is there from before a sweep runs until after it has ended. The state is in the sweep's own journal.
/// </remarks>
/// <param name="blobs">Where.</param>
internal sealed class LiveSweepMarkers(IBlobStore blobs)
{
    /// <summary>Marks a sweep. Idempotent.</summary>
    public Task MarkAsync(SweepId sweep, CancellationToken cancellationToken)
        => blobs.CreateAsync(ResultLayout.LiveMarker(sweep), ReadOnlyMemory<byte>.Empty, cancellationToken);

    /// <summary>Removes the mark.</summary>
    public Task UnmarkAsync(SweepId sweep, CancellationToken cancellationToken)
        => blobs.DeleteAsync(ResultLayout.LiveMarker(sweep), cancellationToken);

    /// <summary>All that are marked.</summary>
    public async Task<IReadOnlyList<SweepId>> ListAsync(CancellationToken cancellationToken)
    {
        var live = new List<SweepId>();
        await foreach (var item in blobs.ListAsync(ResultLayout.LiveMarkers, cancellationToken))
        {
            if (SweepId.TryParse(item.Path.Name, out var sweep))
            {
                live.Add(sweep);
            }
        }

        return live;
    }
}
