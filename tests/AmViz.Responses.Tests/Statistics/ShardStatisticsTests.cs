namespace AmViz.Responses.Tests.Statistics;

public sealed class ShardStatisticsTests
{
    private const int Photographs = 900;

    private static readonly ResponsePlan Whole = TestPass.Plan(Photographs, Photographs);

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(257)]
    public void ShardsOfAnySizeInAnyOrderGiveTheSameTables(int shardSize)
    {
        var expected = TestPass.Tables(TestPass.Merged(Whole, [TestPass.Shard(Whole, 0)]));
        var plan = TestPass.Plan(Photographs, shardSize);
        ShardStatistics[] shards = [.. Enumerable.Range(0, plan.ShardCount).Select(index => TestPass.Shard(plan, index))];
        new Random(shardSize).Shuffle(shards);
        Assert.Equal(expected, TestPass.Tables(TestPass.Merged(plan, shards)));
    }

    [Fact]
    public void AShardComesBackFromItsBytesAsItWas()
    {
        var plan = TestPass.Plan(Photographs, 300);
        var bytes = ShardFile.Write(TestPass.Shard(plan, 1, number => number == 333));
        var back = ShardFile.Read(plan, bytes);
        Assert.Equal(bytes, ShardFile.Write(back));
        Assert.Equal(333, Assert.Single(back.Unreadable).Number);
        Assert.Equal(299, back.Photographs.Count);
        Assert.Equal(TestPass.Photograph(334), back.Photographs[33]);
    }

    [Fact]
    public void ADamagedShardIsNotRead()
    {
        var plan = TestPass.Plan(30, 30);
        var bytes = ShardFile.Write(TestPass.Shard(plan, 0));
        bytes[bytes.Length / 2] ^= 1;
        Assert.Throws<InvalidDataException>(() => ShardFile.Read(plan, bytes));
        Assert.Throws<InvalidDataException>(() => ShardFile.Read(plan, bytes.AsSpan(0, 10)));
    }

    [Fact]
    public void TopAndBottomAreThoseOfSortingAllContentsByResponseThenDigest()
    {
        var rows = new LayerReport(TestPass.Merged(Whole, [TestPass.Shard(Whole, 0)]), 0).Examples().ToList();
        for (var channel = 0; channel < TestPass.Channels; channel++)
        {
            var contents = Enumerable.Range(0, Photographs).Select(TestPass.Photograph).DistinctBy(photograph => photograph.Digest)
                .Select(photograph => (photograph.Digest, Response: TestPass.Response((int)photograph.Number, channel))).Where(one => float.IsFinite(one.Response)).ToList();
            Assert.Equal(contents.OrderByDescending(one => one.Response).ThenBy(one => one.Digest).Take(9), Shown(ExampleKind.Top));
            Assert.Equal(contents.OrderBy(one => one.Response).ThenBy(one => one.Digest).Take(9), Shown(ExampleKind.Bottom));

            IEnumerable<(ContentDigest, float)> Shown(ExampleKind kind)
                => rows.Where(row => row.Channel == channel && row.Kind == kind).OrderBy(row => row.Rank).Select(row => (row.Digest, row.Response));
        }
    }

    [Fact]
    public void CountsMeansAndZerosAreThoseOfAllFiniteResponses()
    {
        var rows = new LayerReport(TestPass.Merged(Whole, [TestPass.Shard(Whole, 0)]), 0).Channels().ToList();
        for (var channel = 0; channel < TestPass.Channels; channel++)
        {
            double[] responses = [.. Enumerable.Range(0, Photographs).Select(number => (double)TestPass.Response(number, channel)).Where(double.IsFinite)];
            var mean = responses.Average();
            Assert.Equal(responses.Length, rows[channel].Photographs);
            Assert.Equal(Photographs - responses.Length, rows[channel].NotFinite);
            Assert.Equal(mean, rows[channel].Mean!.Value, 1e-12);
            Assert.Equal(Math.Sqrt(responses.Average(response => (response - mean) * (response - mean))), rows[channel].Deviation!.Value, 1e-9);
            Assert.Equal(responses.Count(response => response == 0) / (double)responses.Length, rows[channel].ZeroShare);
        }
    }

    [Fact]
    public void PhotographsAtQuantilesAreSampledOnesOfThatRank()
    {
        var rows = new LayerReport(TestPass.Merged(Whole, [TestPass.Shard(Whole, 0)]), 0).Examples().Where(row => row is { Channel: 0, Kind: ExampleKind.Quantile }).ToList();
        Assert.Equal(Enumerable.Range(1, 9), rows.Select(row => row.Rank));
        float[] sampled = [.. ResponseSample.Of(Photographs).Select(number => TestPass.Response((int)number, 0)).Order()];
        Assert.Equal(Enumerable.Range(1, 9).Select(tenth => sampled[(int)Math.Round((sampled.Length - 1) * tenth / 10.0)]), rows.Select(row => row.Response));
        Assert.All(rows, row => Assert.Equal(TestPass.Response((int)row.Number, 0), row.Response));
    }

    [Fact]
    public void APhotographThatCannotBeReadLosesNothingElse()
    {
        var without = TestPass.Merged(Whole, [TestPass.Shard(Whole, 0, number => number % 7 == 0)]);
        Assert.Equal((771, 129), (without.Shown, without.Unreadable));
        Assert.Equal(771, new LayerReport(without, 0).Channels().First().Photographs);
    }

    [Fact]
    public void AShardThatMissesAPhotographIsNotFinished()
    {
        var builder = new ShardBuilder(Whole, Whole.Shard(0), "test", new HashSet<long>());
        Assert.Throws<InvalidOperationException>(builder.Finish);
    }

    /// <summary>The bound that docs/respond.md tells.</summary>
    [Theory]
    [InlineData(2_000)]
    [InlineData(40_000)]
    public void BytesOfAChannelAreBoundedWhateverTheNumberOfPhotographs(int photographs)
    {
        var plan = TestPass.Plan(photographs, photographs);
        var shard = TestPass.Shard(plan, 0);
        var photographsAlone = new ShardStatistics(shard.Index, shard.Environment, shard.Photographs, shard.Unreadable, []);
        var bytes = ShardFile.Write(shard).Length - ShardFile.Write(photographsAlone).Length - (ResponseSample.Capacity * (ContentDigest.Length + 3));
        Assert.InRange(bytes / TestPass.Channels, 1, 12_000 + (TestPass.Labels.Length * 600));
    }
}
