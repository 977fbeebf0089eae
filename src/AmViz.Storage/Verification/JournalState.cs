using System.Text.Json;

namespace AmViz.Storage;

/// <summary>What a sweep's journal says of its life. The cluster writes it; here only the last state is looked at.</summary>
internal static class JournalState
{
    /// <summary>Whether a cluster or a run is at work on the sweep, or was when it died.</summary>
    public static async Task<bool> IsLiveAsync(IBlobStore blobs, SweepId sweep, CancellationToken cancellationToken)
    {
        var entries = await blobs.ListAsync(ResultLayout.Journal(sweep), cancellationToken).Select(item => item.Path).ToListAsync(cancellationToken);
        return entries.Count > 0
            && await blobs.ReadAsync(entries[^1], cancellationToken) is { } blob
            && StoredJson.Read<Entry>(blobs.Name, entries[^1], blob.Content.Span).State is "running" or "folding";
    }

    private sealed record Entry(string State);
}
