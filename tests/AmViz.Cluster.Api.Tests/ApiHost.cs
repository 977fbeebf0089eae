using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AmViz.Cluster.Client;
using AmViz.Cluster.Grains;
using AmViz.Cluster.Silo;
using AmViz.Storage;
using AmViz.TestKit;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Api.Tests;

/// <summary>A coordinator with its API on a free port, alone or with a device, and a key of every role.</summary>
public sealed class ApiHost : IAsyncLifetime
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _leaving = new();
    private readonly LogLines _log = new();
    private Observatory? _observatory;
    private Task _silo = Task.CompletedTask;
    private bool _isOver;

    internal FakePlanner Planner { get; init; } = new();

    internal FakeRenderer Device { get; } = new(4);

    /// <summary>Its store; a second host with that of the first is the cluster after a restart.</summary>
    internal MemoryBlobStore Store { get; init; } = new();

    internal AccessKeys Keys { get; private set; } = null!;

    internal IReadOnlyDictionary<AccessRole, string> KeyOf { get; private set; } = null!;

    /// <summary>The cluster that its silo belongs to; null: one of its own.</summary>
    internal ClusterConnection? Cluster { get; init; }

    /// <summary>What the port proves itself by; null: it speaks plain HTTP.</summary>
    internal HttpCertificate? Certificate { get; init; }

    /// <summary>The issuer whose tokens open the API.</summary>
    internal StandInIssuer Issuer { get; private set; } = null!;

    /// <summary>What the API is told of issuers; null: of <see cref="Issuer"/>.</summary>
    internal OidcOptions? Oidc { get; init; }

    /// <summary>How much may be asked for. Tests ask fast.</summary>
    internal ApiLimits Limits { get; init; } = new() { KeyRate = 100_000, KeyBurst = 100_000, RefusalRate = 100_000, RefusalBurst = 100_000, MostPictures = 1000, MostNetworkBytes = 20 << 20 };

    /// <summary>How its sweeps are coordinated.</summary>
    internal Action<SweepOptions> Sweeps { get; init; } = sweeps => sweeps.WakeLiveSweeps = true;

    /// <summary>Lines of the log so far.</summary>
    public IReadOnlyList<string> Log => _log.Lines;

    public Uri Address => _observatory!.Address!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await OpenAsync();
        var joined = new TaskCompletionSource();
        _silo = new SiloProcess(
            new() { Cluster = Cluster, GatewayPort = Cluster is null ? null : 0, Store = Store, ReadRecord = FakePictures.ReadRecord, Renderers = [Device], Observatory = _observatory, Sweeps = Sweeps },
            new() { Logging = logging => logging.SetMinimumLevel(LogLevel.None), DrainBudget = TimeSpan.FromSeconds(1) }).RunAsync(_ => joined.SetResult(), _leaving.Token);
        await await Task.WhenAny(joined.Task, _silo);
    }

    /// <summary>Opens the port; the silo has not joined.</summary>
    internal async Task OpenAsync()
    {
        Issuer = await StandInIssuer.StartAsync();
        Planner.Networks = new(Store);
        _observatory = await Observatory.StartAsync(
            new()
            {
                HttpPort = 0,
                HttpAddress = IPAddress.Loopback,
                Certificate = Certificate,
                Api = new() { Store = Store, Planner = _ => Planner, Oidc = Oidc ?? Issuer.Options, Limits = Limits },
                Logging = logging => logging.AddProvider(_log),
            },
            CancellationToken.None);
        Keys = new(Store, TimeProvider.System);
        var keys = new Dictionary<AccessRole, string>();
        foreach (var role in Enum.GetValues<AccessRole>())
        {
            keys[role] = (await Keys.CreateAsync($"{role}", role, lifetime: null, CancellationToken.None)).Text;
        }

        KeyOf = keys;
    }

    /// <summary>A client that presents a text as its key; null: none.</summary>
    public HttpClient Client(string? key)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    internal HttpClient Client(AccessRole role) => Client(KeyOf[role]);

    internal static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    internal static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
        => JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement;

    /// <summary>What lies in the store.</summary>
    internal async Task<IReadOnlyList<string>> PathsAsync() => await Store.ListAsync("", Token).Select(item => item.Path.Value).ToListAsync(Token);

    /// <summary>Submits a sweep and waits for its end.</summary>
    internal async Task<string> DrawAsync(int steps)
    {
        using var client = Client(AccessRole.Submit);
        using var submitted = await client.PostAsync("/api/v1/sweeps", Json(FakePlanner.Spec(steps)), Token);
        var id = (await ReadAsync(submitted)).GetProperty("id").GetString()!;
        await EndedAsync(id);
        return id;
    }

    /// <summary>Waits for the end of a sweep; fails where only what hangs takes so long.</summary>
    internal async Task EndedAsync(string id)
    {
        using var client = Client(AccessRole.Read);
        var waited = Stopwatch.StartNew();
        while (await client.GetStringAsync($"/api/v1/sweeps/{id}", Token) is var text && !text.Contains("\"finished\"", StringComparison.Ordinal))
        {
            Assert.True(waited.Elapsed < Longest, $"The sweep has not ended after {Longest}: {text}");
            await Task.Delay(20, Token);
        }
    }

    /// <summary>Ends it, once: a test may do so to see what it leaves in the store.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        await _leaving.CancelAsync();
        await _silo;
        await _observatory!.DisposeAsync();
        await Issuer.DisposeAsync();
        _leaving.Dispose();
    }
}
