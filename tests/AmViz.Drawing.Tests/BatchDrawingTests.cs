using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Drawing.Tests;

public sealed class BatchDrawingTests
{
    [Fact]
    public async Task ResultsComeInTheOrderOfThePlanWhoeverDrewThem()
    {
        // The first batch ends last: the other renderer draws all others meanwhile.
        var others = new TaskCompletionSource();
        FakeRenderer slow = new(batchSize: 3) { BeforeBatch = (_, _) => others.Task }, quick = new(batchSize: 3);
        var plan = SampleSweeps.Small;

        var drawn = await new BatchDrawing([slow, quick]).DrawAsync(
            plan, progress => Release(others, progress.Done == plan.TaskCount - 3), TestContext.Current.CancellationToken);

        Assert.Equal(plan.Shards().SelectMany(shard => shard.Tasks()), drawn.Select(channel => channel.Record.Task));
        Assert.Single(slow.Batches);
    }

    [Fact]
    public async Task ProgressGrowsToAllPictures()
    {
        var reports = new List<DrawingProgress>();

        await new BatchDrawing([new FakeRenderer(batchSize: 4)]).DrawAsync(SampleSweeps.Small, reports.Add, TestContext.Current.CancellationToken);

        Assert.Equal(reports.Select(report => report.Share).Order(), reports.Select(report => report.Share));
        Assert.Equal(new DrawingProgress(20, 20, 1), reports[^1]);
    }

    [Fact]
    public async Task AFailureEndsTheDrawingUnlessItIsTakenCareOf()
    {
        var renderer = new FakeRenderer { Outcome = task => task.Channel == 1 ? throw new DeviceFaultException("no memory") : ChannelOutcome.Rendered };
        var drawing = new BatchDrawing([renderer]);
        ChannelBatch[] batches = [.. SampleSweeps.Small.Shards().SelectMany(shard => drawing.Batches(shard.Recipe, shard.Tasks()))];
        var failed = new List<int>();

        await Assert.ThrowsAsync<DeviceFaultException>(() => drawing.DrawAsync(SampleSweeps.Small, report: null, TestContext.Current.CancellationToken));
        await drawing.DrawAsync(batches, async (batch, rendering) => failed.AddRange(await Fails(rendering) ? [batch] : []), report: null, TestContext.Current.CancellationToken);

        Assert.Equal(batches.Select((batch, number) => (batch, number)).Where(entry => entry.batch.Tasks[0].Channel == 1).Select(entry => entry.number), failed);
    }

    private static async Task<bool> Fails(Task rendering)
    {
        await rendering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return rendering.IsFaulted;
    }

    private static void Release(TaskCompletionSource gate, bool isOpen)
    {
        if (isOpen)
        {
            gate.TrySetResult();
        }
    }
}
