using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>The store of a test cluster: a folder, or a container of an Azurite of its own.</summary>
internal sealed class ClusterStore : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private ClusterStore(TemporaryFolder folder, AzuriteServer? azurite)
    {
        (_folder, Azurite) = (folder, azurite);
        if (azurite is null)
        {
            Blobs = new FolderBlobStore(_folder.At("store"));
            Address = $"folder:{_folder.At("store")}";
        }
        else
        {
            var options = azurite.Options();
            Blobs = new AzureBlobStore(options);
            Address = $"azure:{options.Container}";
            Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["AMVIZ__Storage__Azure__ConnectionString"] = azurite.ConnectionString };
        }
    }

    /// <summary>Null: a folder.</summary>
    public AzuriteServer? Azurite { get; }

    public IBlobStore Blobs { get; }

    /// <summary>For <c>--store</c>.</summary>
    public string Address { get; }

    /// <summary>Variables that processes need to reach it.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static ClusterStore InFolder() => new(new(), azurite: null);

    /// <summary>With its data on disk, so that it can be stopped and started again.</summary>
    public static async Task<ClusterStore> InAzuriteAsync()
    {
        Assert.SkipWhen(AzuriteServer.SkipReason is not null, AzuriteServer.SkipReason ?? "");
        var folder = new TemporaryFolder();
        return new(folder, await AzuriteServer.StartAsync(folder.At("azurite"), Token));
    }

    /// <summary>Pictures that are there.</summary>
    public Task<int> PicturesAsync() => CountAsync(ResultLayout.Results, ".png");

    /// <summary>Pictures that are begun and not done.</summary>
    public Task<int> CheckpointsAsync() => CountAsync(ResultLayout.AllCheckpoints, "");

    private async Task<int> CountAsync(string prefix, string ending)
    {
        var count = 0;
        await foreach (var item in Blobs.ListAsync(prefix, Token))
        {
            count += item.Path.Value.EndsWith(ending, StringComparison.Ordinal) ? 1 : 0;
        }

        return count;
    }

    /// <summary>The rows of a sweep's manifest, as bytes.</summary>
    public async Task<byte[]> ManifestAsync(string sweep)
        => (await Blobs.ReadAsync(ResultLayout.Manifest(new(sweep)), Token))!.Content.ToArray();

    /// <summary>The rows of a sweep's run log.</summary>
    public async Task<IReadOnlyList<RunLogEntry>> RunLogAsync(string sweep)
        => await new ManifestReader(Blobs).ReadRunLogAsync(new(sweep), Token).ToListAsync(Token);

    public async ValueTask DisposeAsync()
    {
        if (Azurite is not null)
        {
            await Azurite.DisposeAsync();
        }

        _folder.Dispose();
    }
}
