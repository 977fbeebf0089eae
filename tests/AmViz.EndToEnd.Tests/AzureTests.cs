using AmViz.Storage;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests;

/// <summary>The main job with the results in Azure Blob Storage, played by Azurite.</summary>
public sealed class AzureTests(CommandProcesses commands) : IAsyncLifetime
{
    private static readonly string[] Sweep = ["run", "--layer", "logits", "--channels", "0-3", "--steps", "4", "--size", "32", "--store", "azure:results"];

    private readonly TemporaryFolder _folder = new();
    private AzuriteServer? _azurite;

    private Dictionary<string, string> Environment => new(StringComparer.Ordinal) { ["AMVIZ__Storage__Azure__ConnectionString"] = _azurite!.ConnectionString };

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(AzuriteServer.SkipReason is not null, AzuriteServer.SkipReason ?? "");
        _azurite = await AzuriteServer.StartAsync(folder: null, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await (_azurite?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder.Dispose();
    }

    [Fact]
    public async Task ASweepIsDrawnVerifiedAndLaidOutAndASecondRunSkipsEverything()
    {
        using var first = await AmVizProcess.RunAsync(_folder.Path, Environment, [.. Sweep, "--json"]);
        Assert.Equal(0, await first.ExitCodeAsync());
        Assert.Equal(4, first.Json.GetProperty("rendered").GetInt32());
        Assert.StartsWith("azure:results/sweeps/", first.Json.GetProperty("manifest").GetString(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));

        var verified = await RunAsync("manifest", "verify", "--store", "azure:results", "--json");
        Assert.Equal(0, verified.Code);

        var second = await RunAsync([.. Sweep, "--out", "pages"]);
        Assert.Contains("done     0 rendered, 4 skipped, 0 failed", second.Output, StringComparison.Ordinal);
        Assert.Equal(4, Directory.EnumerateFiles(_folder.At("pages"), "*.png", SearchOption.AllDirectories).Count(file => file.EndsWith("-s0.png", StringComparison.Ordinal)));

        var built = await RunAsync("atlas", "build", "--store", "azure:results", "--out", "other");
        Assert.Equal(0, built.Code);
        Assert.True(File.Exists(_folder.At("other", "atlas", "index.html")));
    }

    [Fact]
    public async Task ADamagedPictureIsRemovedByARepairAndDrawnAgainTheSame()
    {
        var first = await RunAsync([.. Sweep, "--json"]);
        Assert.Equal(0, first.Code);
        var store = new AzureBlobStore(_azurite!.Options("results"));
        var token = TestContext.Current.CancellationToken;
        var picture = await store.ListAsync("results/", token).Select(item => item.Path).FirstAsync(token);
        var good = (await store.ReadAsync(picture, token))!;
        var bad = good.Content.ToArray();
        bad[bad.Length / 2] ^= 1;
        await store.ReplaceAsync(picture, bad, good.ETag, token);

        var seen = await RunAsync("manifest", "verify", "--store", "azure:results");
        Assert.Equal(3, seen.Code);
        var repaired = await RunAsync("manifest", "verify", "--repair", "--store", "azure:results");
        Assert.Equal(3, repaired.Code);
        Assert.Contains("0 rows rebuilt, 1 rows dropped, 1 damaged files removed", repaired.Output, StringComparison.Ordinal);

        var again = await RunAsync([.. Sweep, "--json"]);
        Assert.Equal((1, 3), (again.Json.GetProperty("rendered").GetInt32(), again.Json.GetProperty("skipped").GetInt32()));
        var verified = await RunAsync("manifest", "verify", "--repair", "--store", "azure:results", "--json");
        Assert.Equal(0, verified.Code);
        Assert.True(verified.Json.GetProperty("passed").GetBoolean());
        Assert.Equal(good.Content.ToArray(), (await store.ReadAsync(picture, token))!.Content.ToArray());
    }

    [Fact]
    public async Task AStoreOutOfReachIsToldBeforeAnythingIsDrawn()
    {
        await _azurite!.StopAsync(TestContext.Current.CancellationToken);
        var run = await RunAsync(Sweep);
        Assert.Equal(5, run.Code);
        Assert.Contains("azure:results", run.Error, StringComparison.Ordinal);
        Assert.Contains($"Check that {_azurite.Address.Authority} is up", run.Error, StringComparison.Ordinal);
    }

    private Task<CommandAnswer> RunAsync(params string[] words) => commands.RunAsync(_folder.Path, Environment, words);
}
