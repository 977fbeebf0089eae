using System.Diagnostics;
using AmViz.Cluster.Api;
using AmViz.Cluster.Api.Tests;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Playwright;

namespace AmViz.Cluster.Console.Tests;

/// <summary>A coordinator with a big sweep that has ended and a small one that waits for its device; one Chromium for all tests, which are skipped where there is none.</summary>
[CollectionDefinition(OneAtATime)]
public sealed class ConsoleHost : IAsyncLifetime, ICollectionFixture<ConsoleHost>
{
    /// <summary>Collection of the tests that share the coordinator, which is told what to answer.</summary>
    public const string OneAtATime = "console";

    /// <summary>Names another browser than Debian's.</summary>
    public const string Variable = "AMVIZ_CHROMIUM";

    private static readonly string Executable = Environment.GetEnvironmentVariable(Variable) ?? "/usr/bin/chromium";

    // Of a crowded machine; a quiet one takes seconds.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private const int Width = 1280;
    private const int Height = 900;
    private const int MostShown = 300;

    private readonly PastClock _clock = new();
    private readonly TaskCompletionSource _hold = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private WatchedPage? _visitor;

    public ConsoleHost() => Api = new()
    {
        Planner = new() { Known = [FakePlanner.Network, BigSweep.Network] },
        Limits = new() { KeyRate = 100_000, KeyBurst = 100_000, RefusalRate = 100_000, RefusalBurst = 100_000, MostPictures = BigSweep.Channels, MostNetworkBytes = 20 << 20 },
        Sweeps = sweeps => (sweeps.WakeLiveSweeps, sweeps.Clock) = (true, _clock),
    };

    public ApiHost Api { get; }

    /// <summary>Id of <see cref="BigSweep"/>, which has ended.</summary>
    public string Big { get; private set; } = "";

    /// <summary>Id of a small one that is drawn until <see cref="Release"/>.</summary>
    public string Small { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Executable))
        {
            return;
        }

        Api.Device.BeforeStep = (step, cancelled) => step >= 5 ? _hold.Task.WaitAsync(cancelled) : Task.CompletedTask;
        await Api.InitializeAsync();
        Small = await SubmitAsync(FakePlanner.Spec(77));
        await PrepareAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Headless = true });
    }

    /// <summary>Lets the device draw.</summary>
    public void Release() => _hold.TrySetResult();

    /// <summary>A page of its own tab, logged in with a key of a role; null: not.</summary>
    internal Task<WatchedPage> OpenAsync(string hash, AccessRole? role = AccessRole.Admin) => OpenWithAsync(hash, role is { } known ? Api.KeyOf[known] : null);

    /// <summary>A page of its own tab, with some key.</summary>
    internal async Task<WatchedPage> OpenWithAsync(string hash, string? key)
    {
        var page = await TabAsync(key);
        await page.GoAsync(hash);
        return page;
    }

    /// <summary>A page as an administrator with an empty cache sees it at first. One tab for all who only look: it is cheaper than one for each, and the next visit takes it away.</summary>
    internal async Task<WatchedPage> VisitAsync(string hash)
    {
        if (_visitor is null)
        {
            _visitor = await TabAsync(Api.KeyOf[AccessRole.Admin]);
            var browser = await _visitor.Page.Context.NewCDPSessionAsync(_visitor.Page);
            await browser.SendAsync("Network.enable");
            await browser.SendAsync("Network.setCacheDisabled", new() { ["cacheDisabled"] = true });
        }

        await _visitor.Page.SetViewportSizeAsync(Width, Height);
        await _visitor.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await _visitor.GoAnewAsync(hash);
        return _visitor;
    }

    public async ValueTask DisposeAsync()
    {
        Release();
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
            await Api.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    private async Task<WatchedPage> TabAsync(string? key)
    {
        Assert.SkipWhen(_browser is null, $"There is no Chromium at {Executable}; install the package 'chromium', or name one in {Variable}.");
        var context = await _browser.NewContextAsync(new() { ColorScheme = ColorScheme.Light, ViewportSize = new() { Width = Width, Height = Height } });
        if (key is not null)
        {
            await context.AddInitScriptAsync($"if (!sessionStorage.getItem('seen')) {{ sessionStorage.setItem('seen', '1'); sessionStorage.setItem('amviz.key', '{key}'); }}");
        }

        return await WatchedPage.OfAsync(await context.NewPageAsync(), Api.Address);
    }

    // Submitted two hours ago, so that what ended since then ended in its run.
    private async Task PrepareAsync()
    {
        var span = TimeSpan.FromHours(2);
        var from = TimeProvider.System.GetUtcNow() - span;
        var plan = await Api.Planner.PlanAsync(BigSweep.Spec, CancellationToken.None);
        await BigSweep.WriteAsync(Api.Store, plan, from, span - TimeSpan.FromMinutes(1), CancellationToken.None);
        _clock.Behind = TimeProvider.System.GetUtcNow() - from + TimeSpan.FromSeconds(1);
        Big = await SubmitAsync(BigSweep.Spec);
        _clock.Behind = TimeSpan.Zero;
        await FinishedAsync(Big);
    }

    private async Task FinishedAsync(string id)
    {
        using var client = Api.Client(AccessRole.Read);
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            var status = await client.GetStringAsync($"/api/v1/sweeps/{id}", CancellationToken.None);
            if (status.Contains("\"finished\"", StringComparison.Ordinal))
            {
                return;
            }

            Assert.True(watch.Elapsed < Longest, $"The big sweep has not ended after {Longest}: {status[..Math.Min(status.Length, MostShown)]}");
        }
    }

    private async Task<string> SubmitAsync(string spec)
    {
        using var client = Api.Client(AccessRole.Submit);
        using var answer = await client.PostAsync("/api/v1/sweeps", ApiHost.Json(spec), CancellationToken.None);
        return (await ApiHost.ReadAsync(answer)).GetProperty("id").GetString()!;
    }

    private sealed class PastClock : TimeProvider
    {
        public TimeSpan Behind { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - Behind;
    }
}
