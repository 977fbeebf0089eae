using AmViz.Atlas;
using AmViz.Cli.Options;
using AmViz.Storage;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz atlas build</c>: lays out a sweep, or all sweeps of a store.</summary>
internal sealed class AtlasBuildCommand : AmVizCommand
{
    private readonly CommandContext _context;
    private readonly StoreOptions _store;
    private readonly SweepArgument _sweep = new();

    private readonly Option<string?> _atlas = new("--atlas")
    {
        Description = "Folder of the atlas. Default: 'atlas' in the folder of --out or of the store. Beside a folder store it shows the pictures where they lie; anywhere else they are copied into it.",
        HelpName = "DIR",
    };

    public AtlasBuildCommand(CommandContext context)
        : base("build", "Lay out a sweep, or every sweep of a store, as a page that opens from a disk; beside the pictures stand the photographs of a finished 'amviz respond'.", "amviz atlas build --out out", "amviz atlas build 0123456789abcdef --out out --atlas site --json",
            "amviz atlas build --store azure:results --out out")
    {
        _context = context;
        _store = new(context.Settings);
        Add(_sweep.Argument);
        _store.AddTo(this);
        Add(_atlas);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var chosen = _store.Choose(result);
        var folder = result.GetValue(_atlas) is { } named ? Path.GetFullPath(named) : chosen.AtlasFolder
            ?? throw new UsageException($"Expected --out DIR or --atlas DIR: where the atlas goes, since {chosen.Blobs.Name} is not a folder.");
        var store = chosen.Blobs;
        await store.CheckAsync(StoreAccess.Read, cancellationToken);
        var sweeps = await ReadAsync(await SweepsAsync(result, store, cancellationToken), store, cancellationToken);
        var builder = new AtlasBuilder(store, new AtlasOptions { StoreAddress = chosen.SeenFrom(folder) });

        var reports = new List<AtlasReport>();
        foreach (var sweep in sweeps)
        {
            reports.Add(await builder.BuildAsync(sweep, folder, progress: null, cancellationToken));
        }

        Report(result, BuiltAtlas.Of(reports, [.. sweeps.Select(sweep => sweep.Plan.Id)]));
        return reports.Sum(report => report.UnreadablePictures) == 0 ? ExitCode.Done : ExitCode.FinishedWithFailures;
    }

    /// <summary>Sweeps that draw pictures. Photographs of a pass stand beside the pictures of other sweeps of its network.</summary>
    private static async Task<IReadOnlyList<AtlasSweep>> ReadAsync(IReadOnlyList<SweepId> ids, IBlobStore store, CancellationToken cancellationToken)
    {
        var sweeps = new List<AtlasSweep>();
        foreach (var id in ids)
        {
            sweeps.Add(await AtlasSweep.ReadAsync(store, id, cancellationToken) ?? throw new StorageException($"{store.Name} has no plan of sweep '{id}'."));
        }

        sweeps.RemoveAll(sweep => sweep.Plan.Work is not null);
        return sweeps.Count > 0 ? sweeps
            : throw new UsageException($"{(ids.Count == 1 ? $"Sweep {ids[0]} of {store.Name} draws nothing and has" : $"The sweeps of {store.Name} draw nothing and have")} no picture to lay out. Draw the network with 'amviz run'; its atlas has the photographs of a pass beside the pictures.");
    }

    private async Task<IReadOnlyList<SweepId>> SweepsAsync(ParseResult result, IBlobStore store, CancellationToken cancellationToken)
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
        output.WriteLine($"{built.Sweeps.Count} sweeps, {built.LayersWritten} layers written, {built.LayersKept} kept, {built.UnreadablePictures} pictures that cannot be read");
        output.WriteLine($"open     {built.Atlas}");
    }
}

/// <summary>What <c>amviz atlas build --json</c> prints.</summary>
internal sealed record BuiltAtlas(string Atlas, IReadOnlyList<SweepId> Sweeps, int LayersWritten, int LayersKept, int UnreadablePictures)
{
    public static BuiltAtlas Of(List<AtlasReport> reports, IReadOnlyList<SweepId> sweeps) => new(
        reports[^1].IndexPage, sweeps,
        reports.Sum(report => report.LayersWritten), reports.Sum(report => report.LayersKept), reports.Sum(report => report.UnreadablePictures));
}
