using AmViz.Storage;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests;

/// <summary>The main job with the results in Azure Blob Storage, played by Azurite.</summary>
public sealed class AzureTests : IAsyncLifetime
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
        using var first = await RunAsync([.. Sweep, "--json"]);
        Assert.Equal(0, await first.ExitCodeAsync());
        Assert.Equal(4, first.Json.GetProperty("rendered").GetInt32());
        Assert.StartsWith("azure:results/sweeps/", first.Json.GetProperty("manifest").GetString(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));

        using var verified = await RunAsync("manifest", "verify", "--store", "azure:results", "--json");
        Assert.Equal(0, await verified.ExitCodeAsync());

        using var second = await RunAsync([.. Sweep, "--out", "pages"]);
        Assert.Contains("done     0 rendered, 4 skipped, 0 failed", second.Output, StringComparison.Ordinal);
        Assert.Equal(4, Directory.EnumerateFiles(_folder.At("pages"), "*.png", SearchOption.AllDirectories).Count(file => file.EndsWith("-s0.png", StringComparison.Ordinal)));

        using var built = await RunAsync("atlas", "build", "--store", "azure:results", "--out", "other");
        Assert.Equal(0, await built.ExitCodeAsync());
        Assert.True(File.Exists(_folder.At("other", "atlas", "index.html")));
    }

    [Fact]
    public async Task ADamagedPictureIsRemovedByARepairAndDrawnAgainTheSame()
    {
        using var first = await RunAsync([.. Sweep, "--json"]);
        Assert.Equal(0, await first.ExitCodeAsync());
        var store = new AzureBlobStore(_azurite!.Options("results"));
        var token = TestContext.Current.CancellationToken;
        var picture = await store.ListAsync("results/", token).Select(item => item.Path).FirstAsync(token);
        var good = (await store.ReadAsync(picture, token))!;
        var bad = good.Content.ToArray();
        bad[bad.Length / 2] ^= 1;
        await store.ReplaceAsync(picture, bad, good.ETag, token);

        using var seen = await RunAsync("manifest", "verify", "--store", "azure:results");
        Assert.Equal(3, await seen.ExitCodeAsync());
        using var repaired = await RunAsync("manifest", "verify", "--repair", "--store", "azure:results");
        Assert.Equal(3, await repaired.ExitCodeAsync());
        Assert.Contains("0 rows rebuilt, 1 rows dropped, 1 damaged pictures removed", repaired.Output, StringComparison.Ordinal);

        using var again = await RunAsync([.. Sweep, "--json"]);
        Assert.Equal((1, 3), (again.Json.GetProperty("rendered").GetInt32(), again.Json.GetProperty("skipped").GetInt32()));
        using var verified = await RunAsync("manifest", "verify", "--repair", "--store", "azure:results", "--json");
        Assert.Equal(0, await verified.ExitCodeAsync());
        Assert.True(verified.Json.GetProperty("passed").GetBoolean());
        Assert.Equal(good.Content.ToArray(), (await store.ReadAsync(picture, token))!.Content.ToArray());
    }

    [Fact]
    public async Task AStoreOutOfReachIsToldBeforeAnythingIsDrawn()
    {
        await _azurite!.StopAsync(TestContext.Current.CancellationToken);
        using var run = await RunAsync(Sweep);
        Assert.Equal(5, await run.ExitCodeAsync());
        Assert.Contains("azure:results", run.Error, StringComparison.Ordinal);
        Assert.Contains($"Check that {_azurite.Address.Authority} is up", run.Error, StringComparison.Ordinal);
    }

    private Task<AmVizProcess> RunAsync(params string[] arguments) => AmVizProcess.RunAsync(_folder.Path, Environment, arguments);
}
