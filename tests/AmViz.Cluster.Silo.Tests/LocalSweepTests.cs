using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Silo.Tests;

public sealed class LocalSweepTests : IDisposable
{
    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_1", 40, IsLogits: false), new("logits", 10, IsLogits: true)]);

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

    public void Dispose() => _folder.Dispose();

    private Task<SweepOutcome> Run(FakeRenderer renderer, CancellationTokenSource? stop = null)
        => LocalSweep.RunAsync(
            Plan,
            new SiloOptions { Store = _store, ReadRecord = FakePictures.ReadRecord, Renderers = [renderer] },
            LocalSweepOptions.Default,
            progress: null,
            stop?.Token ?? TestContext.Current.CancellationToken);
}
