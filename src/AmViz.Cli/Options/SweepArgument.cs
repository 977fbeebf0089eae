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
    public Task<SweepId> FindOneAsync(ParseResult result, IBlobStore store, CancellationToken cancellationToken) => StoredSweep.FindAsync(Find(result), store, cancellationToken);
}
