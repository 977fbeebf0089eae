using AmViz.Cluster.Client;
using AmViz.Cluster.Http;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Api.Tests.Clients;

/// <summary>A cluster of one silo that is reached both ways: through Redis by its grains, and by its API.</summary>
public sealed class ClusterWithApi : IAsyncLifetime
{
    private RedisServer? _redis;
    private ClusterConnection? _connection;

    /// <summary>The silo.</summary>
    public ApiHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (RedisServer.SkipReason is not null)
        {
            return;
        }

        _redis = await RedisServer.StartAsync("127.0.0.1", CancellationToken.None);
        Assert.True(RedisAddress.TryParse(_redis.Address, out var address, out _));
        _connection = new(address) { Timings = new() { Probe = TimeSpan.FromSeconds(1), Alive = TimeSpan.FromSeconds(1) } };
        Host = new() { Cluster = _connection };
        await Host.InitializeAsync();
    }

    /// <summary>A client of its grains.</summary>
    internal Task<ClusterClient> GrainsAsync()
        => ClusterClient.ConnectAsync(_connection!, TimeSpan.FromSeconds(20), logging => logging.SetMinimumLevel(LogLevel.None), TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>A client of its API.</summary>
    internal HttpSweepClient Http(string key) => new(new(Http(Host.Address), key), TimeProvider.System);

    internal static ApiAddress Http(Uri address) => ApiAddress.TryParse($"{address}", out var found, out var problem) ? found : throw new ArgumentException(problem, nameof(address));

    public async ValueTask DisposeAsync()
    {
        if (_redis is not null)
        {
            await Host.DisposeAsync();
            await _redis.DisposeAsync();
        }
    }
}
