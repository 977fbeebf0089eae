using AmViz.Storage.Tests;
using AmViz.TestKit;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace AmViz.Storage.Tests;

/// <summary>One Azurite for all tests of this project; every store has a container of its own in it.</summary>
public sealed class AzuriteFixture : IBlobStoreFixture, IAsyncLifetime
{
    private AzuriteServer? _server;

    public AzuriteServer Server
    {
        get
        {
            Assert.SkipWhen(AzuriteServer.SkipReason is not null, AzuriteServer.SkipReason ?? "");
            return _server!;
        }
    }

    // Pages and blocks of a few items, so that the tests see more than one of them.
    public IBlobStore NewStore() => new AzureBlobStore(Server.Options() with { PageSize = 3 });

    public async ValueTask InitializeAsync()
        => _server = AzuriteServer.SkipReason is null ? await AzuriteServer.StartAsync(folder: null, CancellationToken.None) : null;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
