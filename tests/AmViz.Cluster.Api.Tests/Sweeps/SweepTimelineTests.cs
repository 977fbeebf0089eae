using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Api.Tests.Sweeps;

public sealed class SweepTimelineTests
{
    private static readonly DateTimeOffset Began = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void TheRateIsThatOfPicturesAndNotOfFailures()
    {
        var builder = new RowTableBuilder(SampleSweeps.Small);
        foreach (var (number, task) in SampleSweeps.Small.Shards().First().Tasks().Take(8).Index())
        {
            var outcome = number < 5 ? ChannelOutcome.Rendered : ChannelOutcome.Dead;
            builder.Add(SampleSweeps.Run(task, outcome) with { CommittedAt = Began.AddSeconds(number) }, error: null, label: null, objective: null);
        }

        var status = new SweepStatus { Id = SampleSweeps.Small.Id, State = SweepState.Running, Counts = default, StartedAt = Began };
        var timeline = SweepTimeline.Of(builder.Table, status, [], buckets: 1, Began.AddSeconds(10));
        Assert.Equal(0.5, timeline.PicturesPerSecond, 6);
        Assert.Equal((5, 3), (timeline.Devices.Sum(device => device.Rendered.Sum()), timeline.Devices.Sum(device => device.Failed.Sum())));
    }
}
