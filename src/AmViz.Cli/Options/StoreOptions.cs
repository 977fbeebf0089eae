using AmViz.Cli.Settings;
using AmViz.Storage;

namespace AmViz.Cli.Options;

/// <summary><c>--store</c> and <c>--out</c>: where results lie. <c>--out DIR</c> alone is a store in that folder.</summary>
internal sealed class StoreOptions(AmVizSettings settings)
{
    private readonly Option<string?> _store = new("--store")
    {
        Description = "Where results lie: folder:PATH, or azure:CONTAINER of the account in the settings (Storage:Azure).",
        HelpName = "STORE",
    };

    private readonly Option<string?> _out = new("--out", "-o")
    {
        Description = "Folder of the results: results/, sweeps/ and atlas/ lie in it. Beside --store: only the folder of the atlas.",
        HelpName = "DIR",
    };

    /// <summary>Puts the options on a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_out);
        command.Add(_store);
    }

    /// <summary>Whether one of them stands on the command line.</summary>
    public bool AreGiven(ParseResult result) => result.GetValue(_store) is not null || result.GetValue(_out) is not null;

    /// <summary>The store that is named; nothing is touched yet.</summary>
    /// <exception cref="UsageException">None is named, or none that can be opened.</exception>
    public IBlobStore Open(ParseResult result) => Choose(result).Blobs;

    /// <summary>The store that is named, and where local files go; nothing is touched yet.</summary>
    /// <exception cref="UsageException">None is named, or none that can be opened.</exception>
    public ChosenStore Choose(ParseResult result)
    {
        var (store, folder) = (result.GetValue(_store), result.GetValue(_out));
        var local = folder is null
            ? null
            : StoreAddress.FolderOf(folder) ?? throw new UsageException($"--out: '{folder}' is not a folder. Expected --out DIR; another store is named by --store folder:PATH or --store azure:CONTAINER.");
        return (store ?? local) is { } address
            ? new(StoreAddress.Open(address, settings), local, store is null ? $"--out {folder}" : $"--store {store}")
            : throw new UsageException("Expected --out DIR, or --store folder:PATH or azure:CONTAINER: where results lie.");
    }
}
