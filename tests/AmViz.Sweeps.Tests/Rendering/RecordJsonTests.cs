using System.Text.Json;
using AmViz.TestKit;

namespace AmViz.Sweeps.Tests;

public sealed class RecordJsonTests
{
    private static readonly Shard Shard = SampleSweeps.Small.Shards().Last();
    private static readonly ChannelRecord Record = SampleSweeps.Record(Shard.TaskAt(3), Shard.Recipe);

    [Fact]
    public void ARecordSurvives()
    {
        var read = RoundTrip(Record);
        Assert.Equal(Record with { Objective = read.Objective }, read);
        Assert.Equal(Record.Objective.Points, read.Objective.Points);
        Assert.Equal(Record.Recipe.Hash, read.Recipe.Hash);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(0.1f)]
    [InlineData(-0f)]
    [InlineData(float.Epsilon)]
    [InlineData(float.MaxValue)]
    [InlineData(1f / 3)]
    public void EveryObjectiveSurvivesToTheLastBit(float value)
    {
        var record = Record with { Objective = new(ObjectiveKind.Logit, value, value, [new(0, value), new(16, value)]) };
        var read = RoundTrip(record).Objective;
        Assert.All(
            [read.Initial, read.Final, read.Points[0].Objective, read.Points[1].Objective],
            found => Assert.Equal(BitConverter.SingleToInt32Bits(value), BitConverter.SingleToInt32Bits(found)));
    }

    [Fact]
    public void RowsSurvive()
    {
        var run = SampleSweeps.Run(Record.Task, ChannelOutcome.NotFinite, skipped: true);
        Assert.Equal(run, RoundTrip(run));
        var entry = new ManifestEntry
        {
            Model = "net",
            WeightsDigest = "abc",
            Layer = "conv_1",
            Channel = 3,
            Seed = 2,
            Recipe = "0123",
            Steps = 8,
            Outcome = ChannelOutcome.NotFinite,
            InitialObjective = float.NaN,
            Error = "line 1\nline 2 \u00e9",
        };
        Assert.Equal(entry, RoundTrip(entry));
    }

    [Fact]
    public void APlanAndASpecSurvive()
    {
        Assert.Equal(Json(SampleSweeps.Small), Json(RoundTrip(SampleSweeps.Small)));
        var spec = new SweepSpec
        {
            Models = [new() { Model = "net", Weights = "folder", Layers = [new("conv_1"), new("logits", ChannelSet.Of(1, 2, 5))] }],
            Seeds = [1, 2],
            FailureBudget = 3,
        };
        Assert.Equal(Json(spec), Json(RoundTrip(spec)));
        Assert.Equal(spec.Models[0].Layers, RoundTrip(spec).Models[0].Layers);
    }

    [Fact]
    public void TheTextIsAsciiWithCamelCaseNamesAndWordsForEnums()
    {
        var text = Json(Record with { Label = "fl\u00fcgel", Objective = Record.Objective with { Kind = ObjectiveKind.Probability } });
        Assert.All(text, character => Assert.InRange(character, ' ', '~'));
        Assert.Contains("\"kind\":\"probability\"", text, StringComparison.Ordinal);
        Assert.Contains("\"reproducibleWith\":{\"backend\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"model\":\"net\"}")]
    [InlineData("{\"model\":null,\"weightsDigest\":\"a\",\"layer\":\"b\",\"channel\":1,\"seed\":0}")]
    [InlineData("{\"model\":\"net\",\"weightsDigest\":\"a\",\"layer\":\"b\",\"channel\":\"one\",\"seed\":0}")]
    public void AMissingValueIsRefusedWhereItIsRead(string text)
        => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ChannelTask>(text, SweepJson.Compact));

    [Theory]
    [InlineData("\"5-\"")]
    [InlineData("5")]
    [InlineData("\"\"")]
    public void ASetThatIsNoneIsRefused(string text)
        => Assert.ThrowsAny<Exception>(() => JsonSerializer.Deserialize<ChannelSet>(text, SweepJson.Compact));

    private static T RoundTrip<T>(T value) => JsonSerializer.Deserialize<T>(Json(value), SweepJson.Compact)!;

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, SweepJson.Compact);
}
