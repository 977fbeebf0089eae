using AmViz.Cli.Options;
using AmViz.Cli.Serving;
using AmViz.Networks;
using AmViz.Storage;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz atlas serve</c>: an atlas that grows while a sweep goes on.</summary>
internal sealed class AtlasServeCommand : AmVizCommand
{
    private const int DefaultPort = 8765;
    private const int HighestPort = 65535;
    private const int DigestDigits = 16;

    // How often the store is looked at, and a page asks for news.
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly CommandContext _context;
    private readonly StoreOptions _store;
    private readonly SweepArgument _sweep = new();
    private readonly Option<string?> _atlas = new("--atlas") { Description = "Folder in which the atlas is built. Default: one for each store in the user's cache.", HelpName = "DIR" };
    private readonly Option<string?> _host = new("--host") { Description = "Address to listen at. Whoever reaches it sees all pictures: there are no keys. Default: 127.0.0.1, this machine alone.", HelpName = "ADDRESS" };
    private readonly Option<int?> _port = NumberOption.Whole("--port", "8765", $"Port to listen at; 0: any that is free. Default: {DefaultPort}.");

    public AtlasServeCommand(CommandContext context)
        : base(
            "serve",
            "Serve the atlas of a store to browsers, and build it again while sweeps go on: pictures arrive on the open page as they are stored.",
            "amviz atlas serve --out out",
            "amviz atlas serve 0123456789abcdef --store azure:results --port 9000")
    {
        _context = context;
        _store = new(context.Settings);
        Add(_sweep.Argument);
        _store.AddTo(this);
        Add(_atlas);
        Add(_host);
        Add(_port);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var port = (result.GetValue(_port) ?? DefaultPort) is var wanted and >= 0 and <= HighestPort
            ? wanted
            : throw new UsageException($"--port: {result.GetValue(_port)} is no port. Expected 0 to {HighestPort}.");
        var store = _store.Open(result);
        await store.CheckAsync(StoreAccess.Read, cancellationToken);
        var folder = result.GetValue(_atlas) is { } named ? Path.GetFullPath(named) : CachedFolder(store);
        var refresher = new AtlasRefresher(store, _sweep.Find(result), folder);
        await refresher.RefreshAsync(cancellationToken);
        await using var site = await StartAsync(folder, store, result.GetValue(_host) ?? "127.0.0.1", port, cancellationToken);
        _context.Screen.Output.WriteLine($"open     {site.Address}");
        _context.Screen.Error.WriteLine($"atlas    {folder}; looks for news every {Every.TotalSeconds:0} s; Ctrl+C ends it");
        await FollowAsync(refresher, cancellationToken);
        return ExitCode.Done;
    }

    private async Task FollowAsync(AtlasRefresher refresher, CancellationToken cancellationToken)
    {
        string? trouble = null;
        using var timer = new PeriodicTimer(Every, _context.Time);
        while (await NextAsync(timer, cancellationToken))
        {
            try
            {
                await refresher.RefreshAsync(cancellationToken);
                trouble = null;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is StorageException or IOException)
            {
                // Said once. What is built stays there, and the store may come back.
                if (trouble != e.Message)
                {
                    _context.Screen.Error.WriteLine($"warning: the atlas stays as it is: {trouble = e.Message}");
                }
            }
        }
    }

    // Ctrl+C is how it ends.
    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<AtlasSite> StartAsync(string folder, IBlobStore store, string host, int port, CancellationToken cancellationToken)
    {
        try
        {
            return await AtlasSite.StartAsync(folder, store, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"http://{host}:{port}"), Every, cancellationToken);
        }
        catch (Exception e) when (e is IOException or FormatException or InvalidOperationException)
        {
            throw new UsageException($"{host}:{port} cannot be listened at: {e.Message} Choose another with --port, or --port 0 for any that is free.");
        }
    }

    private static string CachedFolder(IBlobStore store)
        => Path.Combine(HubSettings.OfThisProcess().CacheFolder, "atlas", SweepJson.Hash(store.Name, DigestDigits));
}
