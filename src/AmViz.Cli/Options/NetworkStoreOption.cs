using AmViz.Cli.Settings;
using AmViz.Storage;

namespace AmViz.Cli.Options;

/// <summary><c>--store</c> of commands that keep no results: where networks lie that this machine does not have.</summary>
internal sealed class NetworkStoreOption(string? description = null)
{
    private readonly Option<string?> _store = new("--store")
    {
        Description = description ?? "Store to look for the network in if it is not on this machine: folder:PATH or azure:CONTAINER.",
        HelpName = "STORE",
    };

    /// <summary>Puts the option on a command.</summary>
    public void AddTo(Command command) => command.Add(_store);

    /// <summary>The store that is named, null if none is; nothing is touched yet.</summary>
    /// <exception cref="UsageException">What is named cannot be opened.</exception>
    public IBlobStore? Open(ParseResult result, AmVizSettings settings) => result.GetValue(_store) is { } address ? StoreAddress.Open(address, settings) : null;
}
