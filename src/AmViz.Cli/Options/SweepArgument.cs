using AmViz.Storage;

namespace AmViz.Cli.Options;

/// <summary>The sweep of a store that a command is about.</summary>
internal sealed class SweepArgument
{
    /// <summary>To be put on the command.</summary>
    public Argument<string?> Argument { get; } = new("sweep")
    {
        Description = "Id of the sweep, as 'run' prints it. Not needed where the store has one.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>The sweep that is named; null if none is.</summary>
    /// <exception cref="UsageException">The text is not an id.</exception>
    public SweepId? Find(ParseResult result) => result.GetValue(Argument) switch
    {
        null => null,
        var text when SweepId.TryParse(text, out var id) => id,
        var text => throw new UsageException($"'{text}' is not the id of a sweep. Expected {SweepId.Length} lower-case hexadecimal characters, as 'run' prints them."),
    };

    /// <summary>The sweep that is named, or the only one of the store; of several, the only one that draws pictures.</summary>
    /// <exception cref="UsageException">It is not clear which one is meant.</exception>
    public async Task<SweepId> FindOneAsync(ParseResult result, IBlobStore store, CancellationToken cancellationToken)
    {
        var sweeps = new SweepStore(store);
        var all = await sweeps.ListAsync(cancellationToken).ToListAsync(cancellationToken);
        if (Find(result) is null && all.Count > 1)
        {
            var drawing = await all.ToAsyncEnumerable().Where(async (id, token) => await sweeps.ReadPlanAsync(id, token) is { Pass: null }).Take(2).ToListAsync(cancellationToken);
            all = drawing is [_] ? drawing : all;
        }

        return (Find(result), all) switch
        {
            ({ } named, _) when all.Contains(named) => named,
            ({ } named, _) => throw new UsageException($"{store.Name} has no sweep '{named}'. {Listed(all)}"),
            (null, [var only]) => only,
            _ => throw new UsageException($"Which sweep of {store.Name}? {Listed(all)}"),
        };
    }

    private static string Listed(List<SweepId> all)
        => all.Count == 0 ? "It has none; 'amviz run' makes one." : $"It has {string.Join(", ", all)}.";
}
