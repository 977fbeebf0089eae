using AmViz.TestKit;
using CsCheck;

namespace AmViz.Sweeps.Tests;

public sealed class ShardTests
{
    private static readonly Gen<string> Name = Gen.String["abcXYZ019._-"].Where(text => text.Length > 0);

    // As of a network in ONNX: '/' may stand anywhere.
    private static readonly Gen<string> LayerName = Gen.String["abcXYZ019._-/"].Where(text => text.Length > 0);

    [Fact]
    public void EveryPlannedPictureIsInExactlyOneShard()
    {
        // A layer wider than a shard, two seeds, a channel set with gaps: all three can go wrong.
        var layer =
            from channels in Gen.Int[1, 12_000]
            from stride in Gen.Int[1, 3]
            select (Count: channels, Chosen: ChannelSet.Of(Enumerable.Range(0, channels).Where(channel => channel % stride == 0)));
        Gen.Select(layer.Array[1, 3], Gen.Int[0, 9].Array[1, 3]).Sample((layers, seeds) =>
        {
            var plan = Plan(layers, seeds);
            var expected =
                from item in layers.Index()
                from channel in item.Item.Chosen.Enumerate()
                from seed in seeds.Distinct().Order()
                select ($"layer_{item.Index}", channel, seed);
            var tasks = plan.Shards().SelectMany(shard => shard.Tasks()).Select(task => (task.Layer, task.Channel, task.Seed));
            Assert.Equal(expected, tasks);
            Assert.Equal(plan.TaskCount, plan.Shards().Sum(shard => shard.Count));
        }, iter: 20);
    }

    [Fact]
    public void ShardsAreBoundedAndNumberedFromZeroInEveryLayer()
    {
        var plan = Plan([(20_000, ChannelSet.All(20_000)), (5, ChannelSet.All(5))], [0]);
        Assert.Equal(
            [("layer_0", 0, 8192), ("layer_0", 1, 8192), ("layer_0", 2, 3616), ("layer_1", 0, 5)],
            plan.Shards().Select(shard => (shard.Id.Layer, shard.Id.Index, shard.Count)));
        Assert.All(plan.Shards(), shard => Assert.Equal(plan.Id, shard.Id.Sweep));
    }

    [Fact]
    public void AShardHasNoTaskBeyondItsEnd()
    {
        var shard = Plan([(5, ChannelSet.All(5))], [0]).Shards().Single();
        Assert.Throws<ArgumentOutOfRangeException>(() => shard.TaskAt(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => shard.TaskAt(-1));
    }

    [Fact]
    public void ATaskIsFoundAgainByItsNumberInItsOwnShardOnly()
    {
        var chosen = ChannelSet.Of(Enumerable.Range(0, 9_000).Where(channel => channel % 3 != 1));
        Shard[] shards = [.. Plan([(9_000, chosen), (9_000, chosen)], [2, 7]).Shards()];
        Gen.Select(Gen.Int[0, shards.Length - 1], Gen.Int[0, Shard.MaxTasks - 1]).Sample((number, index) =>
        {
            var shard = shards[number];
            var task = shard.TaskAt(index % shard.Count);
            Assert.Equal(index % shard.Count, shard.IndexOf(task));
            Assert.All(shards.Where(other => other != shard), other => Assert.Null(other.IndexOf(task)));
            Assert.Null(shard.IndexOf(task with { WeightsDigest = "another" }));
            Assert.Null(shard.IndexOf(task.Channel, seed: 3));
            Assert.Null(shard.IndexOf(channel: 1, task.Seed));
        });
    }

    [Fact]
    public void ShardsDrawWithTheSizeSettled()
    {
        var plan = Plan([(5, ChannelSet.All(5))], [0]);
        Assert.Equal(0, plan.Recipe.Size);
        Assert.Equal(64, plan.Shards().Single().Recipe.Size);
        Assert.Equal(plan.RecipeFor(plan.Layers[0]).Hash, plan.Shards().Single().Recipe.Hash);
    }

    [Fact]
    public void IdsOfShardsReadBack()
        => Gen.Select(Gen.ULong, Name, LayerName, Gen.Int[0, int.MaxValue]).Sample((sweep, model, layer, index) =>
        {
            var id = new ShardId(new(sweep.ToString("x16", null)), model, layer, index);
            Assert.Equal(id, ShardId.Parse(id.ToString()));
        });

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef/net/layer")]
    [InlineData("0123456789abcdef/net/0")]
    [InlineData("0123456789abcdef/net/layer/0/")]
    [InlineData("0123456789abcdef/net/layer/-1")]
    [InlineData("0123456789abcdef/net/layer/x")]
    [InlineData("0123456789ABCDEF/net/layer/0")]
    [InlineData("0123/net/layer/0")]
    public void OtherTextsAreNoIdsOfShards(string text) => Assert.Throws<FormatException>(() => ShardId.Parse(text));

    private static SweepPlan Plan(IReadOnlyList<(int Count, ChannelSet Chosen)> layers, IReadOnlyList<int> seeds)
    {
        var model = new FakeModel("fakenet", [.. layers.Select((layer, i) => new LayerFacts($"layer_{i}", layer.Count, IsLogits: false))]);
        var selections = layers.Select((layer, i) => new LayerSelection($"layer_{i}", layer.Chosen));
        return SweepPlanner.Plan(new SweepSpec { Models = [new() { Layers = [.. selections] }], Seeds = seeds }, _ => model);
    }
}
