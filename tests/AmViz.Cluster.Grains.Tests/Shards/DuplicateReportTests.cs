using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>What is told twice counts once, in every count and every metric.</summary>
public sealed class DuplicateReportTests : IDisposable
{
    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_1", 8, IsLogits: false)]);
    private static readonly Shard Shard = Plan.Shards().Single();

    private readonly InterceptedStore _store = new(new());
    private readonly ConcurrentDictionary<string, long> _counted = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task TasksThatTwoDevicesReportAtOnceCountOnce()
    {
        await using var silos = await StartAsync();
        await silos.Sweep(Plan).Submit(Plan, new());
        var (one, other) = (Device(silos, "a"), Device(silos, "b"));
        var lease = await one.Claim(8);
        var written = new Hold(IsPart);
        _store.Before = written.OnCall;
        var report = one.Draw(lease, 0, 1, 2) with { Failures = [new(7, "no luck")] };
        var first = one.Exchange(0, report);
        await Eventually.EndAsync(written.Reached, "the first report to be written");
        var second = other.Exchange(0, report);
        // Whoever is answered after the second report knows that it has come.
        await silos.Shard(Shard).Inspect();
        written.Release();
        await Eventually.EndAsync(Task.WhenAll(first, second), "both reports to be taken");

        Assert.Equal(3, _counted["amviz.tasks.ended rendered"]);
        Assert.Equal(1, _counted["amviz.tasks.failed "]);
        var summary = (await silos.Shard(Shard).Inspect()).Summary;
        Assert.Equal((3, 3), (summary.Counts.Rendered, summary.RowsWritten));
        Assert.Equal(3, await new ManifestParts(_store.Inner).ReadAsync(Shard.Id, TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task FaultsUnderALeaseThatHasEndedCountForNothing()
    {
        await using var silos = await StartAsync();
        await silos.Sweep(Plan).Submit(Plan, new());
        var device = Device(silos, "a");
        var lease = await device.Claim(8);
        var report = ProtocolDevice.Fail(lease, "no luck", 3) with { Crashes = [new([4, 5], "device lost")] };
        await device.Exchange(0, report);
        await device.Exchange(0, report);
        Assert.Equal((1, 1), (_counted["amviz.tasks.failed "], _counted["amviz.batches.crashed "]));
    }

    [Fact]
    public async Task AChannelThatIsGivenUpCountsOnceHoweverOftenItsRowIsTried()
    {
        await using var silos = await StartAsync();
        await silos.Sweep(Plan).Submit(Plan, new());
        var device = Device(silos, "a");
        var lease = await device.Claim(8);
        await device.Exchange(0, ProtocolDevice.Fail(lease, "no luck", 6), device.Draw(lease, 0, 1, 2, 3, 4, 5));
        var other = await device.Claim(1);
        Assert.Equal([7], other.Tasks);
        await device.Exchange(0, ProtocolDevice.Fail(await device.Claim(1), "no luck", 6));
        lease = await device.Claim(1);
        var written = new Hold(IsPart);
        _store.Before = written.OnCall;
        var first = device.Exchange(0, ProtocolDevice.Fail(lease, "no luck", 6));
        await Eventually.EndAsync(written.Reached, "the row to be written");
        // Whatever goes wrong meanwhile, and every tick, finds that the row is not written yet.
        var second = device.Exchange(0, ProtocolDevice.Fail(other, "no luck", 7));
        await silos.Shard(Shard).Inspect();
        written.Release();
        await Eventually.EndAsync(Task.WhenAll(first, second), "both reports to be taken");
        lease = await device.Claim(1);
        await device.Exchange(0, device.Draw(lease, 7));

        await silos.EndAsync(Plan);
        Assert.Equal(1, _counted["amviz.tasks.ended quarantined"]);
    }

    private static bool IsPart(string operation, string path)
        => operation == "create" && path.StartsWith(ResultLayout.Parts(Shard.Id), StringComparison.Ordinal);

    private async Task<TestSilos> StartAsync()
    {
        var silos = await TestSilos.StartAsync(_store, [[]]);
        var meters = silos.Cluster.GetSiloServiceProvider(silos.SiloOf(0).SiloAddress).GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ClusterInstruments.MeterName && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
        {
            var outcome = tags.Length > 0 && tags[0].Key == "outcome" ? tags[0].Value : null;
            _counted.AddOrUpdate($"{instrument.Name} {outcome}", count, (_, sum) => sum + count);
        });
        _listener.Start();
        return silos;
    }

    private ProtocolDevice Device(TestSilos silos, string name) => new(silos, Shard, _store.Inner, TimeProvider.System, name);
}
