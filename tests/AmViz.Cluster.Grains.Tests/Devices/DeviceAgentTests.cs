using AmViz.Cluster.Abstractions;
using AmViz.TestKit;
using Microsoft.Extensions.Options;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>All parts of an agent together, with fake coordinators; <see cref="AgentPartsTests"/> and <see cref="DeviceSweepTests"/> have real ones.</summary>
public sealed class DeviceAgentTests : IDisposable
{
    private readonly TestDevice _device = new();
    private readonly Queue<Lease> _available = [];
    private readonly List<LeaseReport> _reports = [];

    public DeviceAgentTests()
    {
        _available.Enqueue(_device.Grant(0, 1, 2));
        _available.Enqueue(_device.Grant(3));
        _device.Grains.Assign = (_, _) => Task.FromResult(new DeviceAssignment([_device.Shard.Id.Sweep], TimeSpan.Zero));
        _device.Grains.NextShard = (_, request) => Task.FromResult(request.Exhausted is null ? new ShardHint(_device.Shard.Id) : null);
        _device.Grains.Exchange = (_, request) =>
        {
            _reports.AddRange(request.Reports);
            return Task.FromResult(request.Want > 0 && _available.TryDequeue(out var lease)
                ? new ExchangeReply(ExchangeVerdict.Leased, [lease])
                : new(ExchangeVerdict.NothingNow));
        };
    }

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task ADeviceDrawsStoresAndReportsUntilItIsDrained()
    {
        using var agent = Agent();
        var running = agent.RunAsync();
        await _device.PassUntilAsync(() => _reports.Count == 2, "two reports");
        Assert.Equal([0, 1, 2, 3], _reports.SelectMany(report => report.Rows.Select(row => row.Run.Task.Channel)).Order());
        agent.Drain();
        await Eventually.EndAsync(running, "the agent");
        Assert.Equal(DeviceActivity.Draining, Assert.Single(_device.Devices.Statuses).Activity);
        Assert.Equal((4, 1), (_device.Devices.Statuses[0].Stored, _device.Grains.Count(nameof(ISweepIndexGrain.Leave))));
        Assert.Null(_device.Context.Usage.Death);
    }

    [Fact]
    public async Task ADeviceThatIsCancelledReportsWhatIsDone()
    {
        _device.Renderer.BeforeBatch = (number, cancelled) => number > 1 ? Task.Delay(Timeout.Infinite, cancelled) : Task.CompletedTask;
        using var agent = Agent();
        var running = agent.RunAsync();
        await Eventually.TrueAsync(() => _device.Renderer.Batches.Count > 1, "the second batch");
        agent.Drain();
        agent.Cancel();
        await Eventually.EndAsync(running, "the agent");
        Assert.Equal([0, 1], _reports.SelectMany(report => report.Rows.Select(row => row.Run.Task.Channel)).Order());
    }

    [Fact]
    public async Task APartThatDiesEndsTheAgentAndReleasesItsLeases()
    {
        _device.Options.RenewalCheck = TimeSpan.Zero;
        // The device does not stop in time, so that nothing is reported before the leases are released.
        var goOn = new TaskCompletionSource();
        _device.Renderer.BeforeBatch = (_, _) => goOn.Task;
        IReadOnlyList<AttemptToken> released = [];
        _device.Grains.Release = (_, tokens) => Task.FromResult(released = tokens);
        using var agent = Agent();
        var death = await Assert.ThrowsAsync<DeviceAgentException>(agent.RunAsync);
        Assert.Contains("because its renewing died", death.Message, StringComparison.Ordinal);
        Assert.Equal(death.Message, _device.Context.Usage.Death);
        Assert.Equal([1L, 2L], released.Select(token => token.Number).Order());
        Assert.Empty(_reports);
        goOn.SetResult();
    }

    private DeviceAgent Agent() => new(
        TestDevice.Name, _device.Renderer, _device.Context.Usage, _device.Grains.Factory, new(_device.Store, FakePictures.ReadRecord), _device.Checkpoints,
        _device.Devices, _device.Tasks, _device.Context.Instruments, Options.Create(_device.Options), _device.Log);
}
