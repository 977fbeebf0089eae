using System.CommandLine;
using AmViz.Atlas;
using AmViz.Cli.CommandLine;
using AmViz.Cli.Options;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz atlas build</c>: lays out a sweep, or all sweeps of a store.</summary>
internal sealed class AtlasBuildCommand : AmVizCommand
{
    private readonly CommandContext _context;
    private readonly StoreOptions _store = new();
    private readonly SweepArgument _sweep = new();

    private readonly Option<string?> _atlas = new("--atlas")
    {
        Description = "Folder of the atlas. Default: 'atlas' in the store. In any other folder the pictures are copied into it.",
        HelpName = "DIR",
    };

    public AtlasBuildCommand(CommandContext context)
        : base("build", "Lay out a sweep, or every sweep of a store, as static pages.", "amviz atlas build --out out", "amviz atlas build 0123456789abcdef --out out --atlas site --json")
    {
        _context = context;
        Add(_sweep.Argument);
        _store.AddTo(this);
        Add(_atlas);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var store = _store.Open(result);
        await store.CheckAsync(StoreAccess.Read, cancellationToken);
        var sweeps = await SweepsAsync(result, store, cancellationToken);
        var own = Path.Combine(store.Root, "atlas");
        var folder = Path.GetFullPath(result.GetValue(_atlas) ?? own);
        var builder = new AtlasBuilder(store, new AtlasOptions { StoreAddress = folder == own ? "../" : null });

        var reports = new List<AtlasReport>();
        foreach (var id in sweeps)
        {
            var sweep = await AtlasSweep.ReadAsync(store, id, cancellationToken)
                ?? throw new StorageException($"{store.Name} has no plan of sweep '{id}'.");
            reports.Add(await builder.BuildAsync(sweep, folder, progress: null, cancellationToken));
        }

        Report(result, BuiltAtlas.Of(reports, sweeps));
        return reports.Sum(report => report.UnreadablePictures) == 0 ? ExitCode.Done : ExitCode.FinishedWithFailures;
    }

    private async Task<IReadOnlyList<SweepId>> SweepsAsync(ParseResult result, FolderBlobStore store, CancellationToken cancellationToken)
    {
        if (_sweep.Find(result) is not null)
        {
            return [await _sweep.FindOneAsync(result, store, cancellationToken)];
        }

        var all = await new SweepStore(store).ListAsync(cancellationToken).ToListAsync(cancellationToken);
        return all.Count > 0 ? all : throw new UsageException($"{store.Name} has no sweep to lay out; 'amviz run' makes one.");
    }

    private void Report(ParseResult result, BuiltAtlas built)
    {
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(built);
            return;
        }

        var output = _context.Screen.Output;
        output.WriteLine($"{built.Sweeps.Count} sweeps, {built.PagesWritten} layer pages written, {built.PagesKept} kept, {built.UnreadablePictures} pictures that cannot be read");
        output.WriteLine($"open     {built.Atlas}");
    }
}

/// <summary>What <c>amviz atlas build --json</c> prints.</summary>
internal sealed record BuiltAtlas(string Atlas, IReadOnlyList<SweepId> Sweeps, int PagesWritten, int PagesKept, int UnreadablePictures)
{
    public static BuiltAtlas Of(List<AtlasReport> reports, IReadOnlyList<SweepId> sweeps) => new(
        reports[^1].IndexPage, sweeps,
        reports.Sum(report => report.LayerPagesWritten), reports.Sum(report => report.LayerPagesKept), reports.Sum(report => report.UnreadablePictures));
}
