using AmViz.Sweeps;
using AmViz.TestKit;
using CsCheck;

namespace AmViz.Cluster.Grains.Tests;

public sealed class BatchTimesTests
{
    private static readonly ShardId Shard = SampleSweeps.Small.Shards().First().Id;

    private readonly BatchTimes _times = new();

    [Fact]
    public void NothingIsExpectedOfALayerThatWasNeverDrawn()
    {
        _times.Measured(Shard, 3);
        Assert.Equal(TimeSpan.Zero, _times.Expected(Shard with { Layer = "another" }));
    }

    [Fact]
    public void AnotherShardOfTheLayerTakesAsLong()
    {
        _times.Measured(Shard, 3);
        Assert.Equal(TimeSpan.FromSeconds(3), _times.Expected(Shard with { Index = 1 }));
    }

    [Fact]
    public void AChangeIsFollowedAndOneSlowBatchForgotten()
    {
        _times.Measured(Shard, 1);
        _times.Measured(Shard, 9);
        Assert.Equal(TimeSpan.FromSeconds(5), _times.Expected(Shard));
        for (var i = 0; i < 6; i++)
        {
            _times.Measured(Shard, 1);
        }

        Assert.InRange(_times.Expected(Shard).TotalSeconds, 1, 1.1);
    }

    [Fact]
    public void LayersOfAThousandSweepsAreForgottenAndThoseAtHandAreNot()
    {
        for (var sweep = 0; sweep < 10_000; sweep++)
        {
            _times.Measured(Shard, 3);
            _times.Measured(Shard with { Layer = $"layer {sweep}" }, 1);
        }

        Assert.InRange(_times.Count, 2, BatchTimes.Capacity);
        Assert.Equal(TimeSpan.FromSeconds(3), _times.Expected(Shard));
        Assert.Equal(TimeSpan.Zero, _times.Expected(Shard with { Layer = "layer 0" }));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.01, 256)]
    [InlineData(0.5, 8)]
    [InlineData(3.9, 1)]
    [InlineData(100, 1)]
    public void ALeaseHoldsAsManyBatchesAsFillItsTime(double batchSeconds, int batches)
        => Assert.Equal(batches, BatchTimes.BatchesPerLease(TimeSpan.FromSeconds(batchSeconds), TimeSpan.FromSeconds(4), max: 256));

    [Fact]
    public void ALeaseNeverHoldsFewerThanOneNorMoreThanAllowed()
        => Gen.Select(Gen.Double[0, 1e6], Gen.Double[0.001, 1e6], Gen.Int[1, 1000])
            .Sample((batch, work, max) => BatchTimes.BatchesPerLease(TimeSpan.FromSeconds(batch), TimeSpan.FromSeconds(work), max) is var count && count >= 1 && count <= max);
}
