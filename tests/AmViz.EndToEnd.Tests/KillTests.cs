using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests;

/// <summary>A run may die at any moment; run again, it goes on and ends as if nothing had happened.</summary>
public sealed class KillTests(ITestOutputHelper output, CommandProcesses commands) : IDisposable
{
    private const int Pictures = 64;
    private const int Kills = 5;

    private const int FewSteps = 12;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task KilledFiveTimesAtRandomMomentsTheSweepEndsLikeAnUndisturbedOne()
    {
        var undisturbed = new StoreFolder(_folder.At("undisturbed"));
        var whole = await commands.RunAsync(_folder.Path, AmVizProcess.OneThread, Sweep("undisturbed", FewSteps));
        Assert.Equal(Pictures, whole.Json.GetProperty("rendered").GetInt32());

        var store = new StoreFolder(_folder.At("killed"));
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var survived = new List<int>();
        for (var kill = 0; kill < Kills; kill++)
        {
            await KillAtRandomAsync(store, random, early: kill % 2 == 1);
            survived.Add(store.Pictures);
        }

        output.WriteLine($"seed {seed}, pictures after each kill: {string.Join(", ", survived)}");
        Assert.InRange(survived[^1], 1, Pictures - 1);
        using var last = await AmVizProcess.RunAsync(_folder.Path, AmVizProcess.OneThread, Sweep("killed", FewSteps));
        Assert.Equal(0, await last.ExitCodeAsync());
        Assert.Equal(survived[^1], last.Json.GetProperty("skipped").GetInt32());
        Assert.Equal(Pictures - survived[^1], last.Json.GetProperty("rendered").GetInt32());

        Assert.Equal(Pictures, store.Pictures);
        Assert.Equal(undisturbed.ManifestBytes(whole.Json), store.ManifestBytes(last.Json));
        var commits = (await store.RunLogAsync(last.Json)).Where(entry => !entry.Skipped).GroupBy(entry => entry.Task).ToArray();
        Assert.All(commits, commit => Assert.Single(commit));

        var verified = await commands.RunAsync(_folder.Path, AmVizProcess.OneThread, ["manifest", "verify", "--out", "killed", "--json"]);
        Assert.Equal(0, verified.Code);
    }

    [Fact]
    public async Task CtrlCStopsGracefullyAndTheSameCommandGoesOn()
    {
        var store = new StoreFolder(_folder.At("stopped"));
        using var stopped = AmVizProcess.Start(_folder.Path, AmVizProcess.OneThread, Sweep("stopped", 200));
        await stopped.UntilAsync("a picture is stored", () => store.Pictures > 0);
        stopped.Interrupt();
        Assert.Equal(4, await stopped.ExitCodeAsync());
        Assert.Contains("Run the same command again to go on.", stopped.Error, StringComparison.Ordinal);
        Assert.Equal(store.Pictures, stopped.Json.GetProperty("rendered").GetInt32());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, stopped.Json.GetProperty("atlas").ValueKind);

        var before = store.Pictures;
        using var resumed = AmVizProcess.Start(_folder.Path, AmVizProcess.OneThread, Sweep("stopped", 200));
        await resumed.UntilAsync("one more picture is stored", () => store.Pictures > before);
        resumed.Interrupt();
        await resumed.ExitCodeAsync();
        Assert.Equal(before, resumed.Json.GetProperty("skipped").GetInt32());
    }

    private static string[] Sweep(string folder, int steps) =>
    [
        "run", "--layer", "conv_pw_5_bn,conv_pw_6_bn", "--channels", "0-31", "--size", "48", "--workers", "1",
        "--steps", $"{steps}", "--out", folder, "--json",
    ];

    /// <summary>Two of the five kills may come while the silo still starts, the others while pictures are being stored.</summary>
    private async Task KillAtRandomAsync(StoreFolder store, Random random, bool early)
    {
        var before = store.Pictures;
        var more = early ? 0 : random.Next(1, 9);
        using var run = AmVizProcess.Start(_folder.Path, AmVizProcess.OneThread, Sweep("killed", FewSteps));
        await run.UntilAsync("the plan is told", () => run.Error.Contains("plan ", StringComparison.Ordinal));
        await run.UntilAsync($"{more} more pictures are stored", () => store.Pictures >= before + more);
        await Task.Delay(random.Next(0, early ? 1000 : 100), TestContext.Current.CancellationToken);
        await run.KillAsync();
    }
}
