using AmViz.Cli.Clusters;
using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Storage;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz sweep fetch</c>: brings what a sweep of a cluster has drawn to this machine, and lays it out.</summary>
internal sealed class SweepFetchCommand : ClusterCommand
{
    private readonly SweepArgument _sweep = new();

    private readonly Option<string> _out = new("--out", "-o")
    {
        Description = "Folder of the results here: a store as 'amviz run' makes one, with its atlas. Several sweeps may share it.",
        HelpName = "DIR",
        Required = true,
    };

    public SweepFetchCommand(CommandContext context)
        : base(
            context, "fetch", "Copy what an ended sweep has drawn into a folder of this machine, through the API of the cluster, and lay it out as pages. Again fetches only what is missing.",
            "amviz sweep fetch 0123456789abcdef --out out --cluster https://amviz.example.com",
            "amviz sweep fetch 0123456789abcdef --out out --cluster https://amviz.example.com --json")
    {
        _sweep.Argument.Description = "Id of the sweep, as 'submit' prints it.";
        _sweep.Argument.Arity = ArgumentArity.ExactlyOne;
        Add(_sweep.Argument);
        Add(_out);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var sweep = _sweep.Find(result)!.Value;
        var cluster = Api(result)
            ?? throw new UsageException("Expected --cluster https://HOST, the address of an API. A cluster that is named by its Redis has its results in its store, which other commands read where they are: 'amviz atlas build --store STORE --out DIR'.");
        var folder = result.GetRequiredValue(_out);
        var blobs = new FolderBlobStore(StoreAddress.FolderOf(folder) ?? throw new UsageException($"--out: '{folder}' is not a folder."));
        var store = new ChosenStore(blobs, folder, $"--out {folder}");
        await blobs.CheckAsync(StoreAccess.Write, cancellationToken);
        using var results = cluster.Results();
        var fetched = await new SweepFetcher(results, blobs).FetchAsync(sweep, TransferDisplay.On(Context.Screen, Context.Time), cancellationToken);
        var draws = (await new SweepStore(blobs).ReadPlanAsync(sweep, cancellationToken))!.Work is null;
        Report(result, fetched, draws ? await SweepAtlas.BuildAsync(sweep, store, Context.Screen.Error, cancellationToken) : null, store.Locate(ResultLayout.ManifestHeader(sweep)));
        return ExitCode.Done;
    }

    private void Report(ParseResult result, FetchedSweep fetched, string? atlas, string manifest)
    {
        if (result.GetValue(SharedOptions.Json))
        {
            Context.Screen.WriteJson(new FetchReport(fetched.Id, fetched.Fetched, fetched.Kept, fetched.Bytes, manifest, atlas));
            return;
        }

        var output = Context.Screen.Output;
        output.WriteLine(FormattableString.Invariant($"fetched  {fetched.Fetched} {(atlas is null ? "files" : "pictures")}, {fetched.Bytes / 1e6:0.0} MB; {fetched.Kept} were there   manifest {manifest}"));
        if (atlas is not null)
        {
            output.WriteLine($"open     {atlas}");
        }
    }
}

/// <summary>What <c>amviz sweep fetch --json</c> prints.</summary>
/// <param name="Id">The sweep.</param>
/// <param name="Fetched">Pictures, or files of what was computed instead, that came.</param>
/// <param name="Kept">Those that were there.</param>
/// <param name="Bytes">Length of those that came, in bytes.</param>
/// <param name="Manifest">Path of the manifest.</param>
/// <param name="Atlas">Path of the page to open; null if nothing was drawn.</param>
internal sealed record FetchReport(SweepId Id, int Fetched, int Kept, long Bytes, string Manifest, string? Atlas);
