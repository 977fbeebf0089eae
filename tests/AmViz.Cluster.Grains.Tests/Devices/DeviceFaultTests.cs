using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>A fault of a device, or of what it needs, is never a channel's.</summary>
public sealed class DeviceFaultTests
{
    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_1", 30, IsLogits: false), new("logits", 10, IsLogits: true)]);

    private readonly MemoryBlobStore _store = new();

    public static TheoryData<Exception> Faults =>
    [
        new DeviceFaultException("its weights are missing") { Scope = DeviceFaultScope.Network },
        new DeviceFaultException("memory ran out") { Scope = DeviceFaultScope.Layer },
        new DeviceFaultException("the driver is gone"),
        new InsufficientMemoryException("the machine has none left"),
        new StoreUnreachableException("store", "the network cannot be fetched"),
        new IOException("no space left on device"),
        new DllNotFoundException("libtorch"),
    ];

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public async Task AFaultIsNoChannelsAndTheDeviceGoesOnWhenItIsMended(Exception fault)
    {
        var isMended = false;
        var device = new FakeRenderer(1) { BeforeBatch = (_, _) => isMended ? Task.CompletedTask : Task.FromException(fault) };
        await using var silos = await TestSilos.StartAsync(_store, [device]);
        await silos.Sweep(Plan).Submit(Plan, new());
        // Enough to give channels up, and to count as broken.
        await Eventually.TrueAsync(() => device.Batches.Count >= 6, "six attempts");
        var status = silos.DevicesOf(0).Statuses[0];
        Assert.Contains(fault.Message, status.Trouble, StringComparison.Ordinal);
        isMended = true;
        var ended = await silos.EndAsync(Plan);
        Assert.Equal(new TaskCounts { Planned = 40, Rendered = 40 }, ended.Counts);
        Assert.Null(ended.LastError);
        Assert.Null(silos.DevicesOf(0).Statuses[0].Trouble);
    }

    [Fact]
    public async Task ADeviceThatCannotOpenTheNetworkLeavesTheSweepToTheOthers()
    {
        var tried = new TaskCompletionSource();
        var faulty = new FakeRenderer(1)
        {
            BeforeBatch = (number, _) =>
            {
                if (number == 6)
                {
                    tried.TrySetResult();
                }

                throw new DeviceFaultException("its weights are missing") { Scope = DeviceFaultScope.Network };
            },
        };
        // It waits, so that the other one has every opportunity to spoil the sweep.
        var well = new FakeRenderer(1) { BeforeBatch = (_, cancelled) => tried.Task.WaitAsync(cancelled) };
        await using var silos = await TestSilos.StartAsync(_store, [faulty], [well]);
        var status = await silos.RunAsync(Plan);
        Assert.Equal(new TaskCounts { Planned = 40, Rendered = 40 }, status.Counts);
        Assert.Equal(40, well.Tasks.Count);
        // It paused, longer and longer, and did not out-pull the other one.
        Assert.InRange(faulty.Batches.Count, 6, 20);
    }

    [Fact]
    public async Task AClusterInWhichNoDeviceCanOpenTheNetworkGivesNothingUpAndSaysWhy()
    {
        FakeRenderer[] devices = [new(2), new(2)];
        foreach (var device in devices)
        {
            device.BeforeBatch = (_, _) => throw new DeviceFaultException("its weights are missing everywhere") { Scope = DeviceFaultScope.Network };
        }

        await using var silos = await TestSilos.StartAsync(_store, [devices[0]], [devices[1]]);
        await silos.Sweep(Plan).Submit(Plan, new());
        var index = silos.Cluster.Client.GetGrain<ISweepIndexGrain>(ISweepIndexGrain.Key);
        IReadOnlyList<DeviceStatus> known = [];
        await Eventually.TrueAsync(
            async () => (known = await index.Devices()).Count == 2 && known.All(device => device.Activity == DeviceActivity.Broken),
            () => $"both devices to be known as broken; they are {string.Join(", ", known)}");
        Assert.All(known, device => Assert.Contains("its weights are missing everywhere", device.Trouble, StringComparison.Ordinal));
        Assert.Equal(new TaskCounts { Planned = 40 }, (await silos.Sweep(Plan).Status())!.Counts);
        foreach (var device in devices)
        {
            device.BeforeBatch = (_, _) => Task.CompletedTask;
        }

        Assert.Equal(new TaskCounts { Planned = 40, Rendered = 40 }, (await silos.EndAsync(Plan)).Counts);
    }

    [Fact]
    public async Task ANetworkThatCannotBeOpenedHoldsUpNoOtherNetworkAndNoOtherSweep()
    {
        var both = SweepPlanner.Plan(
            new SweepSpec { Models = [new() { Model = "lost" }, new() { Model = "fakenet" }], Seeds = [0], Recipe = Recipes.Paper with { Steps = 8 } },
            choice => new FakeModel(choice.Model!, new LayerFacts("conv_1", 20, IsLogits: false)));
        var device = new FakeRenderer(1)
        {
            Outcome = task => task.Model == "lost" ? throw new DeviceFaultException("'lost' is lost") { Scope = DeviceFaultScope.Network } : ChannelOutcome.Rendered,
        };
        await using var silos = await TestSilos.StartAsync(_store, [device]);
        await silos.Sweep(both).Submit(both, new() { Rank = new(Priority: 9, Share: 1) });
        Assert.Equal(SweepState.Finished, (await silos.RunAsync(Plan)).State);
        await Eventually.TrueAsync(
            async () => (await silos.Sweep(both).Status())!.Counts is { Rendered: 20, Failed: 0, Open: 20 },
            () => "the network that can be opened");
        await Eventually.TrueAsync(() => silos.DevicesOf(0).Statuses[0] is { Activity: DeviceActivity.Broken, Trouble: not null }, "the device to say why the rest is not drawn");
        Assert.Contains("'lost' is lost", silos.DevicesOf(0).Statuses[0].Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALayerThatDoesNotFitIntoMemoryHoldsUpNoOtherLayer()
    {
        var device = new FakeRenderer(1)
        {
            Outcome = task => task.Layer == "conv_1" ? throw new DeviceFaultException("memory ran out") { Scope = DeviceFaultScope.Layer } : ChannelOutcome.Rendered,
        };
        await using var silos = await TestSilos.StartAsync(_store, [device]);
        await silos.Sweep(Plan).Submit(Plan, new());
        await Eventually.TrueAsync(
            async () => (await silos.Sweep(Plan).Status())!.Layers is [{ Counts: { Open: 30, Failed: 0 } }, { Counts: { Rendered: 10 } }],
            () => "the layer that fits");
    }
}
