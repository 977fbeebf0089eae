using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Hosting;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>Sweeps that are bound to a pool of devices: silo 0 is in pool a, silo 1 in pool b.</summary>
public sealed class PoolTests
{
    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_1", 40, IsLogits: false)]);

    private readonly FakeRenderer _a = new(2);
    private readonly FakeRenderer _b = new(2);

    [Fact]
    public async Task ASweepOfAPoolIsDrawnByItsDevicesAlone()
    {
        await using var silos = await Start();
        await silos.Sweep(Plan).Submit(Plan, new() { Pool = "b" });
        var status = await silos.EndAsync(Plan);
        Assert.Equal((SweepState.Finished, "b", 40), (status.State, status.Pool, status.Counts.Rendered));
        Assert.Equal((0, 40), (_a.Tasks.Count, _b.Tasks.Count));
    }

    [Fact]
    public async Task ASweepOfNoPoolIsDrawnByAll()
    {
        // Each waits for the other, so that neither draws everything.
        var both = new CountdownEvent(2);
        _a.BeforeBatch = _b.BeforeBatch = async (number, cancelled) =>
        {
            _ = number == 1 && both.Signal();
            await Eventually.TrueAsync(() => both.IsSet, "devices of both pools");
        };
        await using var silos = await Start();
        await silos.Sweep(Plan).Submit(Plan, new());
        var status = await silos.EndAsync(Plan);
        Assert.Equal((SweepState.Finished, DevicePool.Any), (status.State, status.Pool));
        Assert.All([_a, _b], device => Assert.NotEmpty(device.Tasks));
    }

    [Fact]
    public async Task ASweepThatIsBoundInTheMiddleIsLeftByTheDevicesOfOtherPoolsAndThePoolOutlivesItsCoordinator()
    {
        var reached = new TaskCompletionSource();
        var bound = new TaskCompletionSource();
        _a.BeforeBatch = async (_, cancelled) =>
        {
            reached.TrySetResult();
            await bound.Task.WaitAsync(cancelled);
        };
        _b.BeforeBatch = (_, cancelled) => bound.Task.WaitAsync(cancelled);
        await using var silos = await Start();
        await silos.Sweep(Plan).Submit(Plan, new() { Pool = "a" });
        await Eventually.EndAsync(reached.Task, "a device of the pool");
        Assert.Equal("b", (await silos.Sweep(Plan).Submit(Plan, new() { Pool = "b" })).Pool);
        // Nothing is said: it stays where it is.
        Assert.Equal("b", (await silos.Sweep(Plan).Submit(Plan, new())).Pool);
        var held = _a.Tasks.Count;
        bound.SetResult();
        var status = await silos.EndAsync(Plan);
        Assert.Equal((SweepState.Finished, 40), (status.State, status.Counts.Rendered));
        // What it held, and at most one lease that was on its way: two leases of one batch each.
        Assert.InRange(_a.Tasks.Count, held, 8);
        Assert.Equal("b", (await new SweepJournal(silos.Store).ReadLastAsync(Plan.Id, TestContext.Current.CancellationToken))!.Pool);
    }

    private Task<TestSilos> Start() => TestSilos.StartAsync(
        new MemoryBlobStore(),
        silo => silo.Services.AddOptions<DeviceAgentOptions>().Configure<IOptions<Orleans.Configuration.SiloOptions>>(
            (device, names) => device.Pool = names.Value.SiloName.EndsWith("_1", StringComparison.Ordinal) ? "b" : "a"),
        [_a],
        [_b]);
}
