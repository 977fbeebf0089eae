using AmViz.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace AmViz.Sweeps.Tests;

/// <summary>The records as they travel between silos.</summary>
public sealed class WireTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void PlansSpecsAndShardsSurvive()
    {
        AssertSurvives(SampleSweeps.Small);
        AssertSurvives(SampleSweeps.Small.Shards().ToArray());
        AssertSurvives(new SweepSpec { Models = [new() { Model = "net", Layers = [new("conv_1", ChannelSet.Of(1, 2, 5)), new("logits")] }], FailureBudget = 3 });
    }

    [Fact]
    public void RecordsAndRowsSurvive()
    {
        var shard = SampleSweeps.Small.Shards().Last();
        var record = SampleSweeps.Record(shard.TaskAt(1), shard.Recipe);
        AssertSurvives(record with { Objective = record.Objective with { Initial = float.NaN } });
        AssertSurvives(SampleSweeps.Run(shard.TaskAt(1), ChannelOutcome.Dead, skipped: true));
        AssertSurvives(new ChannelBatch(shard.Recipe, [.. shard.Tasks()], 4));
        AssertSurvives(new ManifestEntry
        {
            Model = "net",
            WeightsDigest = "abc",
            Layer = "conv_1",
            Channel = 3,
            Seed = 2,
            Recipe = "0123",
            Steps = 8,
            Outcome = ChannelOutcome.Failed,
            Error = "why",
        });
    }

    [Fact]
    public void AnIdIsTheSameKeyAfterwards()
    {
        var serializer = _services.GetRequiredService<Serializer>();
        var id = SampleSweeps.Small.Shards().First().Id;
        Assert.Equal(id, serializer.Deserialize<ShardId>(serializer.SerializeToArray(id)));
    }

    private void AssertSurvives<T>(T value)
    {
        var serializer = _services.GetRequiredService<Serializer>();
        var read = serializer.Deserialize<T>(serializer.SerializeToArray(value));
        Assert.Equal(SweepJson.Hash(value, 64), SweepJson.Hash(read, 64));
    }
}
