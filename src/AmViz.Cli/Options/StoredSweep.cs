using AmViz.Storage;

namespace AmViz.Cli.Options;

/// <summary>Which sweep of a store is meant.</summary>
internal static class StoredSweep
{
    /// <summary>The sweep that is named, or the only one of the store; of several, the only one that draws pictures.</summary>
    /// <param name="named">Null: none is.</param>
    /// <param name="store">Where it lies.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UsageException">It is not clear which one is meant.</exception>
    public static async Task<SweepId> FindAsync(SweepId? named, IBlobStore store, CancellationToken cancellationToken)
    {
        var sweeps = new SweepStore(store);
        var all = await sweeps.ListAsync(cancellationToken).ToListAsync(cancellationToken);
        if (named is null && all.Count > 1)
        {
            var drawing = await all.ToAsyncEnumerable().Where(async (id, token) => await sweeps.ReadPlanAsync(id, token) is { Work: null }).Take(2).ToListAsync(cancellationToken);
            all = drawing is [_] ? drawing : all;
        }

        return (named, all) switch
        {
            ({ } one, _) when all.Contains(one) => one,
            ({ } one, _) => throw new UsageException($"{store.Name} has no sweep '{one}'. {Listed(all)}"),
            (null, [var only]) => only,
            _ => throw new UsageException($"Which sweep of {store.Name}? {Listed(all)}"),
        };
    }

    private static string Listed(List<SweepId> all)
        => all.Count == 0 ? "It has none; 'amviz run' makes one." : $"It has {string.Join(", ", all)}.";
}
