using System.Collections.Concurrent;
using System.Diagnostics;
using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Grains.Tests;

public sealed class DeviceSpansTests
{
    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_of_spans", 6, IsLogits: false)]);

    [Fact]
    public async Task EveryLeaseIsASpanWithItsBatchesAndTheirWayIntoTheStoreBelow()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == DeviceSpans.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var crashed = 0;
        var device = new FakeRenderer(3)
        {
            Outcome = _ => Interlocked.Increment(ref crashed) == 1 ? throw new ChannelRenderException("no memory") : ChannelOutcome.Rendered,
        };
        await using (var silos = await TestSilos.StartAsync(new MemoryBlobStore(), [device]))
        {
            Assert.Equal(SweepState.Finished, (await silos.RunAsync(Plan)).State);
        }

        // Other tests of this process draw other sweeps.
        var spans = ended.Where(span => span.GetTagItem("amviz.sweep") as string == Plan.Id.Value).ToArray();
        var leases = spans.Where(span => span.OperationName == "lease").ToDictionary(span => span.SpanId);
        var (batches, stores) = (Named("batch"), Named("store"));
        Assert.Equal(device.Batches.Count, batches.Length);
        Assert.Equal(batches.Length - 1, stores.Length);
        Assert.All(batches.Concat(stores), span => Assert.Equal(leases[span.ParentSpanId].GetTagItem("amviz.lease"), span.GetTagItem("amviz.lease")));
        Assert.All(spans, span => Assert.Equal("conv_of_spans", span.GetTagItem("amviz.layer")));
        var failed = Assert.Single(batches, span => span.Status == ActivityStatusCode.Error);
        Assert.Equal("no memory", failed.StatusDescription);

        Activity[] Named(string name) => [.. spans.Where(span => span.OperationName == name)];
    }
}
