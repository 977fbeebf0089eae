using AmViz.Cli.Options;
using AmViz.Cli.Photographs;
using AmViz.Cli.Responding;
using AmViz.Cli.Running;
using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz respond</c>: how the channels of a network respond to photographs.</summary>
internal sealed class RespondCommand : AmVizCommand
{
    private readonly CommandContext _context;
    private readonly NetworkOptions _network;
    private readonly StoreOptions _store;
    private readonly ComputeOptions _device;
    private readonly Option<string[]> _layers = ListOption.Texts("--layer", "--layers", "L[,L..]", "Layers, as 'amviz models show' lists them; patterns of them such as 'conv_pw_*_bn' (in quotes); all; default. One run of the network serves all of them.");

    private readonly Option<string?> _photos = new("--photos")
    {
        Description = $"A folder of {PictureFormats.Names} files, where folders in it are labels; or a CSV or Parquet file with a column 'path' and, where there are labels, 'label'.",
        HelpName = "FOLDER|FILE",
    };

    private readonly Option<string?> _labelColumn = new("--label-column") { Description = "Column of labels in the CSV or Parquet file. Default: label.", HelpName = "NAME" };
    private readonly Option<bool> _copy = new("--copy-photos") { Description = "Copy the photographs into the store as well, so that other crops can be made of them when they are gone." };
    private readonly Option<int?> _textures = NumberOption.Whole("--textures", "20000", "Instead of photographs: the first N of an endless row of labelled textures, of the kinds that texturenet tells apart.");
    private readonly Option<int?> _shardSize = NumberOption.Whole("--shard-size", "512", $"Photographs that are computed and stored together, and lost at most when the process dies. Default: {ResponsePlan.DefaultShardSize}.");
    private readonly Option<int?> _crops = NumberOption.Whole("--crops", "9", $"Photographs of each list (top, bottom, quantiles) that are cut out as pictures, 0 to {Most}. Default: {Most}.");
    private readonly Option<int?> _fields = NumberOption.Whole("--effective-fields", "9", $"Photographs of the top list whose effective receptive field is measured, 0 to {Most}. Default: {Most}.");

    private const int Most = PhotographSelection.MostShown;

    public RespondCommand(CommandContext context)
        : base(
            "respond",
            "Show a network photographs: which excite each channel most and least, how strongly, and which labels a channel tells apart.",
            "amviz respond --layer logits --textures 2000 --out out",
            "amviz respond --weights DIR --layer conv_pw_5_bn,conv_pw_11_bn --photos photographs --out out",
            "amviz respond --weights DIR --layer default --photos list.csv --label-column species --crops 3 --effective-fields 0 --out out --json")
    {
        _context = context;
        (_network, _store, _device) = (new(context.Settings), new(context.Settings), new(context.Settings));
        _network.AddTo(this);
        Add(_layers);
        Add(_photos);
        Add(_labelColumn);
        Add(_copy);
        Add(_textures);
        _store.AddTo(this);
        Add(_shardSize);
        Add(_crops);
        Add(_fields);
        _device.AddTo(this);
        _device.AddWorkersTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var begin = _context.Time.GetTimestamp();
        var (device, choice, shardSize) = (_device.Read(result), ReadChoice(result), ReadShardSize(result));
        var (address, textures) = ReadSource(result);
        var chosen = _store.Choose(result);
        var source = await _context.NetworksOf(chosen.Blobs).OpenAsync(_network.Select(result), cancellationToken);
        var layers = ChooseLayers(source.Description, result.GetValue(_layers)!);
        await chosen.Blobs.CheckAsync(StoreAccess.Write, cancellationToken);

        var listing = address is null ? null : await PhotographListing.ReadAsync(address, result.GetValue(_labelColumn), cancellationToken);
        var plan = new ResponsePlan(
            source.Description.Name, source.Description.WeightsDigest, source.Description.InputSize, layers,
            listing is null ? PhotographSource.OfTextures(textures) : PhotographSource.OfFiles(listing.Photographs), shardSize, device.Batch ?? ResponsePlan.DefaultBatch);
        var store = new ResponseStore(chosen.Blobs);
        IPhotographs photographs = listing is null ? new TexturePhotographs(source.Description) : new FilePhotographs(result.GetValue(_copy) ? null : listing.Root, plan, store, source.Description);
        var (summary, computed) = await store.ReadSummaryAsync(plan.Id, choice, cancellationToken) is { } finished
            ? (finished, 0)
            : await RunAsync(plan, chosen.Blobs, photographs, listing, result.GetValue(_copy), source, device, choice, cancellationToken);
        ResponseReport.Write(
            _context.Screen, ResponseDocument.Of(summary, computed, plan.ShardCount - computed, _context.Time.GetElapsedTime(begin), chosen), result.GetValue(SharedOptions.Json));
        return summary.Unreadable == 0 ? ExitCode.Done : ExitCode.FinishedWithFailures;
    }

    private async Task<(ResponseSummary Summary, int Computed)> RunAsync(
        ResponsePlan plan, IBlobStore blobs, IPhotographs photographs, PhotographListing? listing, bool copies, NetworkSource source, DeviceChoice device, ShownChoice choice, CancellationToken cancellationToken)
    {
        var store = new ResponseStore(blobs);
        await store.WriteAsync(plan, listing?.Photographs, cancellationToken);
        await (listing is not null && copies ? new PhotographCopies(store).CopyAsync(plan, listing, cancellationToken) : Task.CompletedTask);

        var there = await store.FinishedShardsAsync(plan, cancellationToken);
        int[] open = [.. Enumerable.Range(0, plan.ShardCount).Where(shard => !there.Contains(shard))];
        _context.Screen.Error.WriteLine(ResponseReport.Plan(plan, plan.ShardCount - open.Length));
        var responders = _context.Engine.CreateResponders(source, device, open.Length);
        try
        {
            var finisher = new ResponseFinisher(plan, store, new(blobs), photographs, responders[0], choice);
            var summary = await DrawingDisplay.ShowAsync(_context.Screen, _context.Time, "reading", async report =>
            {
                if (open.Length > 0)
                {
                    await new ResponseRun(plan, store, photographs).RunAsync(open, responders, report, cancellationToken);
                }

                return await finisher.FinishAsync(report, cancellationToken);
            });
            return (summary, open.Length);
        }
        finally
        {
            foreach (var responder in responders)
            {
                responder.Dispose();
            }
        }
    }

    private (string? Photos, int Textures) ReadSource(ParseResult result) => (result.GetValue(_photos), result.GetValue(_textures)) switch
    {
        (null, null) => throw new UsageException("Expected --photos FOLDER (or a CSV or Parquet file), or --textures N: what the network is shown."),
        ({ }, { }) => throw new UsageException("Found --photos and --textures. Expected one of them."),
        (null, <= 0 and var count) => throw new UsageException($"--textures: {count} is out of range. Expected at least 1."),
        (null, _) when result.GetValue(_copy) => throw new UsageException("--copy-photos: textures are made, and not copied. Expected it beside --photos."),
        (null, _) when result.GetValue(_labelColumn) is not null => throw new UsageException("--label-column: textures have their labels. Expected it beside --photos with a CSV or Parquet file."),
        var (photos, count) => (photos, count ?? 0),
    };

    private ShownChoice ReadChoice(ParseResult result)
    {
        var (crops, fields) = (result.GetValue(_crops) ?? Most, result.GetValue(_fields) ?? Most);
        string[] problems =
        [
            .. crops is < 0 or > Most ? [$"--crops: {crops} is out of range. Expected 0 to {Most}."] : (string[])[],
            .. fields is < 0 or > Most ? [$"--effective-fields: {fields} is out of range. Expected 0 to {Most}."] : (string[])[],
        ];
        return problems.Length == 0 ? new(crops, fields) : throw new UsageException(problems);
    }

    private int ReadShardSize(ParseResult result)
        => (result.GetValue(_shardSize) ?? ResponsePlan.DefaultShardSize) is var size and >= 1 and <= ResponsePlan.LargestShardSize
            ? size
            : throw new UsageException($"--shard-size: {result.GetValue(_shardSize)} is out of range. Expected 1 to {ResponsePlan.LargestShardSize}.");

    private static IReadOnlyList<RespondingLayer> ChooseLayers(NetworkDescription network, string[] names)
    {
        if (names.Length == 0)
        {
            throw new UsageException($"--layer is missing. Expected layers of '{network.Name}', as 'amviz models show {network.Name}' lists them, or default.");
        }

        var problems = new List<SpecProblem>();
        var chosen = ResponseLayers.Choose(network, "--layer", [.. names.Select(name => new LayerSelection(name))], problems);
        return problems.Count == 0 ? chosen : throw new UsageException([.. problems.Select(problem => $"--layer: {problem.Message}")]);
    }
}
