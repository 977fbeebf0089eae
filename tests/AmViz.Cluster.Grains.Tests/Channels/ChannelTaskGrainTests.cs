using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>What the grains of channel tasks answer while their device waits, draws and stores.</summary>
public sealed class ChannelTaskGrainTests
{
    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_1", 4, IsLogits: false)]);
    private static readonly Shard Shard = Plan.Shards().Single();

    private readonly TaskCompletionSource[] _gates = [new(), new()];
    private readonly MemoryBlobStore _store = new();
    private readonly FakeRenderer _device = new(1);

    // The first picture is held at its third and at its sixth step.
    public ChannelTaskGrainTests() => _device.BeforeStep = (step, cancelled) => step switch
    {
        3 => _gates[0].Task.WaitAsync(cancelled),
        6 => _gates[1].Task.WaitAsync(cancelled),
        _ => Task.CompletedTask,
    };

    [Fact]
    public async Task ATaskIsFollowedFromItsLeaseToTheStore()
    {
        var begun = TimeProvider.System.GetUtcNow();
        await using var silos = await StartAsync();
        var drawn = await StatusAsync(silos, 0, status => status is { State: ChannelTaskState.Running, Step: 3 });
        Assert.EndsWith("/cpu#0", drawn.Attempt.Device, StringComparison.Ordinal);
        Assert.Equal((8, 0), (drawn.Steps, drawn.ResumedAt));
        Assert.InRange(drawn.LeasedAt, begun, drawn.StartedAt!.Value);
        var waiting = await StatusAsync(silos, 1, status => status.State == ChannelTaskState.Queued);
        Assert.Equal((0, null), (waiting.Step, waiting.StartedAt));
        Assert.NotEqual(drawn.Attempt.Token, waiting.Attempt.Token);

        _gates[0].SetResult();
        var later = await StatusAsync(silos, 0, status => status.Step == 6);
        Assert.Equal(drawn with { Step = 6 }, later);

        _gates[1].SetResult();
        await silos.EndAsync(Plan);
        Assert.Equal(drawn with { State = ChannelTaskState.Committed, Step = 8 }, await Grain(silos, 0).Status());
    }

    [Fact]
    public async Task ATaskThatIsResumedNamesTheStepOfItsCheckpoint()
    {
        await new Storage.CheckpointStore(_store).SaveAsync(SampleSweeps.Checkpoint(Shard.TaskAt(2), Shard.Recipe, step: 5), TestContext.Current.CancellationToken);
        await using var silos = await StartAsync();
        var status = await StatusAsync(silos, 2, status => status is { State: ChannelTaskState.Running, Step: 6 });
        Assert.Equal(5, status.ResumedAt);
        Array.ForEach(_gates, gate => gate.SetResult());
        await silos.EndAsync(Plan);
    }

    [Fact]
    public async Task ATaskThatIsCancelledIsDiscardedAndFreeAgain()
    {
        await using var silos = await StartAsync();
        await StatusAsync(silos, 0, status => status.Step == 3);
        await Grain(silos, 0).Cancel();
        Assert.Equal(ChannelTaskState.Cancelled, (await Grain(silos, 0).Status())!.State);
        Array.ForEach(_gates, gate => gate.SetResult());
        Assert.Equal(new TaskCounts { Planned = 4, Rendered = 4 }, (await silos.EndAsync(Plan)).Counts);
        Assert.Equal(2, _device.Tasks.Count(task => task.Channel == 0));
    }

    [Fact]
    public async Task GrainsLiveOnTheSiloThatDrawsThemWhoeverAsks()
    {
        await using var silos = await StartAsync(otherSilos: 2);
        await StatusAsync(silos, 0, status => status.State == ChannelTaskState.Running);
        Assert.Equal(silos.SiloOf(0).SiloAddress, await AddressOf(silos, 0));
        Array.ForEach(_gates, gate => gate.SetResult());
        await silos.EndAsync(Plan);
    }

    [Fact]
    public async Task AGrainStaysActiveWhileItsTaskIsDrawnAndNoLonger()
    {
        _gates[0].SetResult();
        _device.BeforeBatch = (number, cancelled) => number > 1 ? _gates[1].Task.WaitAsync(cancelled) : Task.CompletedTask;
        _device.BeforeStep = (_, _) => Task.CompletedTask;
        await using var silos = await StartAsync(collection =>
        {
            collection.CollectionQuantum = TimeSpan.FromSeconds(0.5);
            collection.ClassSpecificCollectionAge[typeof(ChannelTaskGrain).FullName!] = TimeSpan.FromSeconds(2);
        });
        await StatusAsync(silos, 1, status => status.State == ChannelTaskState.Running);
        await Eventually.TrueAsync(async () => await AddressOf(silos, 0) is null, () => "the grain of the picture that is stored to be collected");
        Assert.NotNull(await AddressOf(silos, 1));
        _gates[1].SetResult();
        await silos.EndAsync(Plan);
        await Eventually.TrueAsync(async () => await AddressOf(silos, 1) is null, () => "the grain of the second picture to be collected");
    }

    [Fact]
    public async Task AGrainThatIsActivatedAnewFindsItsTaskAgain()
    {
        await using var silos = await StartAsync();
        var before = await StatusAsync(silos, 0, status => status.Step == 3);
        await silos.Cluster.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero, TestContext.Current.CancellationToken);
        Assert.Equal(before, await Grain(silos, 0).Status());
        Array.ForEach(_gates, gate => gate.SetResult());
        await silos.EndAsync(Plan);
    }

    [Fact]
    public async Task NobodyHoldsATaskThatIsNotLeased()
    {
        await using var silos = await StartAsync();
        await StatusAsync(silos, 0, status => status.Step == 3);
        Assert.Null(await Grain(silos, 3).Status());
        Array.ForEach(_gates, gate => gate.SetResult());
        await silos.EndAsync(Plan);
    }

    private async Task<TestSilos> StartAsync(Action<GrainCollectionOptions>? collection = null, int otherSilos = 0)
    {
        // One batch at a time, so that the second lease waits.
        var silos = await TestSilos.StartAsync(
            _store,
            silo => silo.Services.Configure<DeviceAgentOptions>(device => device.BatchesInFlight = 1).PostConfigure(collection ?? (_ => { })),
            [[_device], .. Enumerable.Repeat<IReadOnlyList<IChannelRenderer>>([], otherSilos)]);
        await silos.Sweep(Plan).Submit(Plan, new());
        return silos;
    }

    private static IChannelTaskGrain Grain(TestSilos silos, int task)
        => silos.Cluster.Client.GetGrain<IChannelTaskGrain>(ChannelTaskKey.Of(Plan.Id, Shard.TaskAt(task)).ToString());

    private static async Task<SiloAddress?> AddressOf(TestSilos silos, int task)
        => await silos.Cluster.Client.GetGrain<IManagementGrain>(0).GetActivationAddress(Grain(silos, task), TestContext.Current.CancellationToken);

    private static async Task<ChannelTaskStatus> StatusAsync(TestSilos silos, int task, Predicate<ChannelTaskStatus> expected)
    {
        ChannelTaskStatus? status = null;
        await Eventually.TrueAsync(
            async () => (status = await Grain(silos, task).Status()) is not null && expected(status), () => $"task {task}; its status is {status}");
        return status!;
    }
}
