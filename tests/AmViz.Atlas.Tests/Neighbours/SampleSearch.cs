using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Atlas.Tests.Neighbours;

/// <summary>A finished search for neighbours.</summary>
internal static class SampleSearch
{
    private const string Pass = "p1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Writes it into a store.</summary>
    /// <param name="blobs">The store.</param>
    /// <param name="search">Its name.</param>
    /// <param name="by">By what channels were compared.</param>
    /// <param name="channels">How many.</param>
    /// <param name="rows">Layer and channel, layer and channel of the neighbour, its rank and likeness.</param>
    public static async Task WriteAsync(
        IBlobStore blobs, string search, NeighbourBasis by, int channels, params IReadOnlyList<(string Layer, int Channel, string Neighbour, int NeighbourChannel, int Rank, float Likeness)> rows)
    {
        var store = new NeighbourStore(blobs);
        await store.WriteTableAsync(search, by, rows.Select(row => new NeighbourRow(
            new(Pass, "net", row.Layer, row.Channel), row.Rank, new(Pass, "net", row.Neighbour, row.NeighbourChannel), row.Likeness, Mutual: row.Rank == 1)), Token);
        string[] layers = [.. rows.Select(row => row.Layer).Distinct()];
        await store.WriteSummaryAsync(
            new(NeighbourSummary.CurrentFormatVersion, search, [new(Pass, "net", SampleSweep.Digest, layers, channels, 0, 0)], 40, 5, "exact", 1, 0, [], [], []) { By = by }, Token);
    }
}
