using AmViz.Cli.CommandLine;
using AmViz.Cli.Computing;
using AmViz.Cli.Engine;
using AmViz.Cli.Scored;
using AmViz.Cli.Tests.Commands;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Cli.Tests.Computing;

/// <summary>What a device makes of tasks that score pictures, and whose fault it is where it cannot.</summary>
public sealed class ScoreDeviceTests : TinyNetworkTest, IAsyncLifetime
{
    private const string Model = "texturenet";

    private readonly FolderBlobStore _blobs;
    private readonly ShownNetworks _networks;
    private readonly ComputingDevice _device;
    private int _opened;

    public ScoreDeviceTests()
    {
        _blobs = new(Folder.At("out"));
        _networks = new(new OpenedNetworks(_blobs, TextWriter.Null, new()));
        _device = new("cpu", Open, _blobs, _networks);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await DoneAsync("run", "--layer", "conv_pw_1,logits", "--channels", "0-2", "--size", "32", "--steps", "2");
        await DoneAsync("respond", "--layer", "conv_pw_1,logits", "--textures", "40", "--crops", "0", "--effective-fields", "0");
    }

    public ValueTask DisposeAsync()
    {
        _device.Dispose();
        _networks.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task OneOpenNetworkServesAllLayersAndAJudgeIsASecondOne()
    {
        var plan = await PlanAsync(judge: null);
        foreach (var shard in plan.Shards())
        {
            var result = Assert.Single(await _device.ComputeAsync(Batch(shard), shard.Work!, progress: null, Token));
            Assert.False(result.Picture.IsEmpty);
            Assert.Same(shard.Work, result.Work);
        }

        Assert.Equal((2, 1), (plan.TaskCount, _opened));
        var judged = (await PlanAsync(judge: "texturevit")).Shards().First();
        await _device.ComputeAsync(Batch(judged), judged.Work!, progress: null, Token);
        Assert.Equal(3, _opened);
    }

    [Fact]
    public async Task OtherPicturesThanWerePlannedAreNotScored()
    {
        var shard = (await PlanAsync(judge: null)).Shards().First();
        var changed = shard.Scores! with { Tables = [shard.Scores.Tables[0] with { Name = "0011" }] };
        var error = await Assert.ThrowsAsync<ChannelRenderException>(() => _device.ComputeAsync(Batch(shard), changed, progress: null, Token));
        Assert.Contains("are others than when their scores were planned", error.Message, StringComparison.Ordinal);
        Assert.Contains("expected 3 (0011)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APassThatIsGoneIsTheTasksFaultAndAJudgeThatCannotBeHadTheDevices()
    {
        var shard = (await PlanAsync(judge: null)).Shards().First();
        var judged = shard.Scores! with { Judge = new("gone", new('f', 64)) };
        Assert.Equal(DeviceFaultScope.Network, (await Assert.ThrowsAsync<DeviceFaultException>(() => _device.ComputeAsync(Batch(shard), judged, progress: null, Token))).Scope);
        Directory.Delete(Folder.At("out", "responses"), recursive: true);
        var error = await Assert.ThrowsAsync<ChannelRenderException>(() => _device.ComputeAsync(Batch(shard), shard.Work!, progress: null, Token));
        Assert.Contains("has no finished pass", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WorkOfANewerVersionIsRefusedByName()
    {
        var shard = (await PlanAsync(judge: null)).Shards().First();
        var error = await Assert.ThrowsAsync<ChannelRenderException>(() => _device.ComputeAsync(Batch(shard), new NewerWork(), progress: null, Token));
        Assert.Contains("Nothing is known here of NewerWork", error.Message, StringComparison.Ordinal);
    }

    private FakeResponder Open(NetworkSource source)
    {
        _opened++;
        return new(source.Description, []);
    }

    private Task<SweepPlan> PlanAsync(string? judge) => new ScorePlanning(_blobs).PlanAsync(
        new() { Models = [new() { Model = Model }], Scores = new() { Judge = judge is null ? null : new() { Model = judge } } },
        (selection, _) => Task.FromResult(NetworkCatalogue.Open(selection.Model!)), Token);

    private static ChannelBatch Batch(Shard shard) => new(shard.Recipe, [shard.TaskAt(0)], PaddedSize: 1) { Work = shard.Work };

    private async Task DoneAsync(string command, params string[] arguments)
    {
        var run = await CommandLineRun.OfAsync(new FakeEngine(), [command, "--model", Model, "--out", Folder.At("out"), .. arguments]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
    }

    private sealed record NewerWork : IComputedWork
    {
        public int StageOf(string layer) => 0;
    }
}
