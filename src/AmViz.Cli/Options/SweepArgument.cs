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

    /// <summary>The sweep that is named, or the only one of the store.</summary>
    /// <exception cref="UsageException">It is not clear which one is meant.</exception>
    public async Task<SweepId> FindOneAsync(ParseResult result, IBlobStore store, CancellationToken cancellationToken)
    {
        var all = await new SweepStore(store).ListAsync(cancellationToken).ToListAsync(cancellationToken);
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
