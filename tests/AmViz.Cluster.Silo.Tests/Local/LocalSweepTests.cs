using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Silo.Tests.Local;

public sealed class LocalSweepTests : IDisposable
{
    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_1", 40, IsLogits: false), new("logits", 10, IsLogits: true)]);

    private static readonly LocalSweepOptions Quiet = LocalSweepOptions.Default with { Logging = _ => { } };

    private readonly TemporaryFolder _folder = new();
    private readonly FolderBlobStore _store;

    public LocalSweepTests() => _store = new(_folder.Path);

    [Fact]
    public async Task ASweepRunsToItsEndAndASecondRunSkipsEverything()
    {
        var first = await Run(new FakeRenderer(4));
        Assert.Equal(SweepState.Finished, first.Status.State);
        Assert.Equal(new TaskCounts { Planned = 50, Rendered = 50 }, first.Status.Counts);
        Assert.Equal(["conv_1", "logits"], first.Status.Layers.Select(layer => layer.Layer));

        var idle = new FakeRenderer(4);
        var second = await Run(idle);
        Assert.Equal(new TaskCounts { Planned = 50, Skipped = 50 }, second.Status.Counts);
        Assert.Empty(idle.Batches);
        TestContext.Current.TestOutputHelper?.WriteLine($"first {first.Seconds:F2} s, second {second.Seconds:F2} s");
    }

    /// <summary>Names as in networks of ONNX and TorchScript: they stand in keys of grains, and in the store's paths.</summary>
    [Theory]
    [InlineData("/features/conv.1")]
    [InlineData("block/0/conv")]
    [InlineData("x//1/")]
    public async Task ALayerWhoseNameHasSlashesIsDrawnAndFoundAgain(string layer)
    {
        var plan = SampleSweeps.Plan([new(layer, 5, IsLogits: false), new("block", 3, IsLogits: false)]);
        Assert.Equal((SweepState.Finished, 8), await StateAsync(plan, counts => counts.Rendered));
        Assert.Equal((SweepState.Finished, 8), await StateAsync(plan, counts => counts.Skipped));
        var rows = await new ManifestReader(_store).ReadRowsAsync(plan.Id, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(5, rows.Count(row => row.Layer == layer));
    }

    [Fact]
    public async Task AStoppedSweepGoesOnWithTheRestOnly()
    {
        using var stop = new CancellationTokenSource();
        var stopped = new FakeRenderer(4)
        {
            BeforeBatch = async (number, cancelled) =>
            {
                if (number == 4)
                {
                    await stop.CancelAsync();
                    await Task.Delay(Timeout.Infinite, cancelled);
                }
            },
        };
        var first = await Run(stopped, stop);
        Assert.True(first.WasStopped);
        Assert.InRange(first.Status.Counts.Rendered, 4, 46);

        var rest = new FakeRenderer(4);
        var second = await Run(rest);
        Assert.Equal(SweepState.Finished, second.Status.State);
        Assert.Equal(50 - first.Status.Counts.Rendered, second.Status.Counts.Rendered);
        Assert.Equal(first.Status.Counts.Rendered, second.Status.Counts.Skipped);
        Assert.Equal(second.Status.Counts.Rendered, rest.Tasks.Distinct().Count());
    }

    [Fact]
    public async Task ADeviceThatCannotDrawAtAllEndsTheSweepWithItsError()
    {
        var broken = new FakeRenderer(4) { Outcome = _ => throw new ChannelRenderException("no memory at all") };
        var error = await Assert.ThrowsAsync<DeviceFaultException>(() => Run(broken));
        Assert.Contains("no memory at all", error.Message, StringComparison.Ordinal);
        Assert.InRange(broken.Batches.Count, 8, 12);
    }

    [Fact]
    public async Task ANetworkThatCannotBeOpenedEndsTheSweepWithItsErrorAndTheNextRunGoesOn()
    {
        var faulty = new FakeRenderer(4)
        {
            Outcome = task => task.Layer == "logits" ? throw new DeviceFaultException("'fakenet' is not known here") { Scope = DeviceFaultScope.Network } : ChannelOutcome.Rendered,
        };
        var error = await Assert.ThrowsAsync<DeviceFaultException>(() => Run(faulty));
        Assert.Contains("'fakenet' is not known here", error.Message, StringComparison.Ordinal);
        Assert.InRange(faulty.Batches.Count(batch => batch.Tasks[0].Layer == "logits"), 4, 8);

        var mended = await Run(new FakeRenderer(4));
        Assert.Equal((SweepState.Finished, 50, 0), (mended.Status.State, mended.Status.Counts.Rendered + mended.Status.Counts.Skipped, mended.Status.Counts.Failed));
    }

    [Fact]
    public async Task ADeviceAtFaultBesideOneThatDrawsEndsNothing()
    {
        var isBroken = new TaskCompletionSource();
        var faulty = new FakeRenderer(1, "cuda:0")
        {
            BeforeBatch = (number, _) =>
            {
                if (number == 6)
                {
                    isBroken.TrySetResult();
                }

                throw new DeviceFaultException("the driver is gone");
            },
        };
        var well = new FakeRenderer(1, "cuda:1") { BeforeBatch = (_, cancelled) => isBroken.Task.WaitAsync(cancelled) };
        var silo = new SiloDefinition { Store = _store, ReadRecord = FakePictures.ReadRecord, Renderers = [faulty, well] };
        var hasty = Quiet with { StorePatience = TimeSpan.Zero, ProgressInterval = TimeSpan.FromMilliseconds(20) };
        var outcome = await LocalSweep.RunAsync(Plan, silo, hasty, null, TestContext.Current.CancellationToken);
        Assert.Equal(new TaskCounts { Planned = 50, Rendered = 50 }, outcome.Status.Counts);
    }

    [Fact]
    public async Task AStoreThatStaysOutOfReachEndsTheSweepAndTheNextRunGoesOn()
    {
        var store = new MemoryBlobStore();
        var device = new FakeRenderer(4)
        {
            BeforeBatch = (number, _) =>
            {
                store.Outage = number == 3 ? new StoreUnreachableException(store.Name, "the disk is full") : store.Outage;
                return Task.CompletedTask;
            },
        };
        var silo = new SiloDefinition { Store = store, ReadRecord = FakePictures.ReadRecord, Renderers = [device] };
        var hasty = Quiet with { StorePatience = TimeSpan.Zero, ProgressInterval = TimeSpan.FromMilliseconds(20), ShutdownTimeout = TimeSpan.FromSeconds(1) };
        var error = await Assert.ThrowsAsync<StoreUnreachableException>(() => LocalSweep.RunAsync(Plan, silo, hasty, null, TestContext.Current.CancellationToken));
        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);

        store.Outage = null;
        device.BeforeBatch = (_, _) => Task.CompletedTask;
        var outcome = await LocalSweep.RunAsync(Plan, silo, hasty, null, TestContext.Current.CancellationToken);
        Assert.Equal((SweepState.Finished, 50), (outcome.Status.State, outcome.Status.Counts.Rendered + outcome.Status.Counts.Skipped));
    }

    [Fact]
    public async Task ProgressTellsLayersAndDevicesAndEndsWithTheEnd()
    {
        var told = new Told();
        FakeRenderer[] devices = [new(2, "cpu"), new(2, "cpu")];
        var outcome = await LocalSweep.RunAsync(
            Plan, new SiloDefinition { Store = _store, ReadRecord = FakePictures.ReadRecord, Renderers = devices }, LocalSweepOptions.Default, told, TestContext.Current.CancellationToken);
        Assert.Equal(outcome.Status, told.Statuses[^1]);
        Assert.Equal(SweepState.Running, told.Statuses[0].State);
        Assert.All(told.Statuses, status => Assert.Equal(50, status.Counts.Planned));
        Assert.Contains(told.Statuses, status => status.Devices is [{ Device: var first }, { Device: var second }] && first.EndsWith("cpu#0", StringComparison.Ordinal) && second.EndsWith("cpu#1", StringComparison.Ordinal));
        Assert.Equal(50, devices.Sum(device => device.Tasks.Count));
    }

    [Fact]
    public async Task APortThatAnotherProcessTookMeanwhileIsNoReasonToFail()
    {
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        var taken = ((System.Net.IPEndPoint)other.LocalEndpoint).Port;
        var searches = 0;
        var silo = new SiloDefinition
        {
            Store = _store,
            ReadRecord = FakePictures.ReadRecord,
            Renderers = [new FakeRenderer(8)],
            FindPorts = count => ++searches == 1 ? [taken, taken] : FreePorts.Find(count),
        };
        var outcome = await LocalSweep.RunAsync(Plan, silo, Quiet, null, TestContext.Current.CancellationToken);
        Assert.Equal((SweepState.Finished, 2), (outcome.Status.State, searches));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<(SweepState State, int Count)> StateAsync(SweepPlan plan, Func<TaskCounts, int> count)
    {
        var status = (await Run(new FakeRenderer(4), plan: plan)).Status;
        return (status.State, count(status.Counts));
    }

    private Task<SweepOutcome> Run(FakeRenderer renderer, CancellationTokenSource? stop = null, SweepPlan? plan = null)
        => LocalSweep.RunAsync(
            plan ?? Plan,
            new SiloDefinition { Store = _store, ReadRecord = FakePictures.ReadRecord, Renderers = [renderer] },
            Quiet,
            progress: null,
            stop?.Token ?? TestContext.Current.CancellationToken);

    private sealed class Told : IProgress<SweepStatus>
    {
        public List<SweepStatus> Statuses { get; } = [];

        public void Report(SweepStatus value) => Statuses.Add(value);
    }
}
