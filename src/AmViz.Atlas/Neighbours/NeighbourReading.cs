using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Atlas.Neighbours;

/// <summary>Knows which channels are alike.</summary>
internal sealed class NeighbourReading
{
    // Of a channel, for each way of comparing.
    private const int MostShown = 5;

    private readonly NeighbourStore _store;
    private readonly IReadOnlyList<NeighbourSummary> _searches;
    private readonly Dictionary<string, ILookup<(string Model, string Layer), NeighbourRow>> _tables = new(StringComparer.Ordinal);

    private NeighbourReading(NeighbourStore store, IReadOnlyList<NeighbourSummary> searches) => (_store, _searches) = (store, searches);

    /// <summary>Knows the searches of a store.</summary>
    /// <exception cref="StorageException">The store cannot be used, or a summary cannot be read.</exception>
    public static async Task<NeighbourReading> OpenAsync(IBlobStore blobs, CancellationToken cancellationToken)
    {
        var store = new NeighbourStore(blobs);
        return new(store, await store.ReadAllAsync(cancellationToken));
    }

    /// <summary>Channels that are like those of a layer: of several searches of a kind those of the one over the most channels.</summary>
    /// <returns>By the number of the channel; null where nothing was compared.</returns>
    /// <exception cref="StorageException">A table cannot be read.</exception>
    public async Task<IReadOnlyDictionary<int, IReadOnlyList<AlikeChannels>>?> ReadAsync(PlannedLayer layer, CancellationToken cancellationToken)
    {
        var found = new SortedDictionary<int, List<AlikeChannels>>();
        foreach (var search in Best(layer))
        {
            var passes = PassesOf(search, layer).Select(pass => pass.Pass).ToHashSet(StringComparer.Ordinal);
            var rows = (await TableAsync(search.Search, cancellationToken))[(layer.Model, layer.Layer)].Where(row => passes.Contains(row.Channel.Pass) && row.Rank <= MostShown);
            foreach (var channel in rows.GroupBy(row => row.Channel.Channel))
            {
                if (!found.TryGetValue(channel.Key, out var lists))
                {
                    found.Add(channel.Key, lists = []);
                }

                lists.Add(new(search.By, search.Passes.Count > 1, [.. channel.OrderBy(row => row.Rank).Take(MostShown).Select(AlikeChannel.Of)]));
            }
        }

        return found.Count == 0 ? null : found.ToDictionary(channel => channel.Key, channel => (IReadOnlyList<AlikeChannels>)channel.Value);
    }

    private IEnumerable<NeighbourSummary> Best(PlannedLayer layer) => _searches
        .Where(search => PassesOf(search, layer).Any())
        .GroupBy(search => (search.By, IsAcross: search.Passes.Count > 1))
        .OrderBy(group => group.Key)
        .Select(group => group.OrderByDescending(search => search.Passes.Sum(pass => pass.Channels)).ThenBy(search => search.Search, StringComparer.Ordinal).First());

    private static IEnumerable<SearchedPass> PassesOf(NeighbourSummary search, PlannedLayer layer)
        => search.Passes.Where(pass => pass.WeightsDigest.Contains(layer.WeightsDigest, StringComparison.Ordinal) && pass.Layers.Contains(layer.Layer, StringComparer.Ordinal));

    private async Task<ILookup<(string Model, string Layer), NeighbourRow>> TableAsync(string search, CancellationToken cancellationToken)
    {
        if (!_tables.TryGetValue(search, out var table))
        {
            var rows = await _store.ReadTableAsync(search, cancellationToken);
            _tables[search] = table = rows.ToLookup(row => (row.Channel.Model, row.Channel.Layer));
        }

        return table;
    }
}
