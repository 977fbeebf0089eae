using System.CommandLine;
using AmViz.Cli.CommandLine;
using AmViz.Storage;

namespace AmViz.Cli.Options;

/// <summary><c>--out</c> (or <c>--store</c>): where results lie.</summary>
internal sealed class StoreOptions
{
    private const string FolderScheme = "folder:";

    private readonly Option<string> _out = new("--out", "--store", "-o")
    {
        Description = "Folder of the results: results/, sweeps/ and atlas/ lie in it. 'folder:DIR' says the same.",
        HelpName = "DIR",
        Required = true,
    };

    /// <summary>Puts the option on a command.</summary>
    public void AddTo(Command command) => command.Add(_out);

    /// <summary>The store that is named; nothing is touched yet.</summary>
    public FolderBlobStore Open(ParseResult result)
    {
        var text = result.GetRequiredValue(_out);
        var path = text.StartsWith(FolderScheme, StringComparison.Ordinal) ? text[FolderScheme.Length..] : text;
        if (path.Length == 0 || path.IndexOf(':', StringComparison.Ordinal) is > 1 and var colon && !path.AsSpan(0, colon).ContainsAny('/', '.'))
        {
            throw new UsageException($"'{text}' is not a store that this version knows. Expected a folder: --out DIR or --store folder:DIR.");
        }

        return new FolderBlobStore(path);
    }
}
