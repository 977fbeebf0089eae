using AmViz.Cli.Running;
using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cli.Tests.Running;

public sealed class RateMeterTests
{
    // 40 pictures of 10 steps.
    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_1", 40, IsLogits: false)], recipe: Recipes.Paper with { Steps = 10 });

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void AtTheFirstLookNothingIsKnown()
        => Assert.Equal("starting", new RateMeter(_time).Observe(At(0)).ToString());

    [Fact]
    public void TheRateCountsPicturesAndTheStepsOfThoseUnderway()
    {
        var meter = new RateMeter(_time);
        meter.Observe(At(0));
        _time.Advance(TimeSpan.FromSeconds(10));
        var rate = meter.Observe(At(4, images: 2, step: 5));
        Assert.Equal(5, rate.StepsPerSecond);
        Assert.Equal(0.5, rate.ChannelsPerSecond);
        Assert.Equal(TimeSpan.FromSeconds(((36 * 10) - 10) / 5.0), rate.Left);
        Assert.Equal("0.5 channels/s  5 steps/s  1 min 10 s left", rate.ToString());
    }

    [Fact]
    public void WhatWasSkippedTookNoTime()
    {
        var meter = new RateMeter(_time);
        meter.Observe(At(0));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, meter.Observe(At(1, skipped: 30)).StepsPerSecond);
    }

    [Fact]
    public void OnlyTheLastHalfMinuteCounts()
    {
        var meter = new RateMeter(_time);
        for (var second = 0; second <= 40; second++)
        {
            // Fast for ten seconds, then one picture in ten seconds.
            meter.Observe(At(second < 10 ? second : 10 + ((second - 10) / 10)));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(meter.Observe(At(13)).ChannelsPerSecond, 0.06, 0.14);
    }

    private static SweepStatus At(int rendered, int images = 0, int step = 0, int skipped = 0) => new()
    {
        Id = Plan.Id,
        State = SweepState.Running,
        Steps = Plan.Recipe.Steps,
        Counts = new() { Planned = 40, Rendered = rendered, Skipped = skipped },
        Devices = [new() { Device = "cpu", Activity = DeviceActivity.Drawing, Images = images, Step = step, Steps = 10 }],
    };
}
