using AmViz.Cli.Options;
using AmViz.Cluster.Api;
using AmViz.Storage;

namespace AmViz.Cli.Commands;

/// <summary>A command about the access keys in a store.</summary>
internal abstract class KeyCommand : AmVizCommand
{
    private readonly StoreOptions _store;

    protected KeyCommand(CommandContext context, string name, string description, params string[] examples)
        : base(name, description, examples)
    {
        Context = context;
        _store = new(context.Settings);
        _store.AddTo(this);
        Add(SharedOptions.Json);
    }

    /// <summary>What every command is given.</summary>
    protected CommandContext Context { get; }

    /// <summary>Does it and returns an <see cref="ExitCode"/>.</summary>
    protected abstract Task<int> RunAsync(AccessKeys keys, ParseResult result, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var store = _store.Open(result);
        await store.CheckAsync(StoreAccess.Write, cancellationToken);
        return await RunAsync(new AccessKeys(store, Context.Time), result, cancellationToken);
    }

    /// <summary>Shows a key whose secret is new.</summary>
    protected void WriteNew(ParseResult result, NewAccessKey made)
    {
        if (result.GetValue(SharedOptions.Json))
        {
            Context.Screen.WriteJson(made);
            return;
        }

        var key = made.Key;
        Context.Screen.Output.WriteLine($"key      {made.Text}");
        Context.Screen.Output.WriteLine($"id       {key.Id}  {key.Name}, {Word(key.Role)}, {(key.ExpiresAt is { } end ? $"expires {end:u}" : "does not expire")}");
        Context.Screen.Output.WriteLine("keep     it now: it cannot be shown again. Requests send it as 'Authorization: Bearer KEY'");
    }

    /// <summary>The word for a role.</summary>
    protected static string Word(AccessRole role) => role.ToString().ToLowerInvariant();

    /// <summary>What to say of a key that there is not.</summary>
    protected static UsageException Unknown(string id) => new($"The store has no key '{id}'. 'amviz keys list' lists those it has.");
}
