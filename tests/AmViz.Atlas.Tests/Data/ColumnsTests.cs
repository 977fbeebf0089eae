using AmViz.Atlas.Tests.Photographs;
using AmViz.Atlas.Tests.Quiz;
using AmViz.Atlas.Tests.Scores;
using AmViz.Sweeps;
using static AmViz.Atlas.Tests.SampleSweep;

namespace AmViz.Atlas.Tests.Data;

public sealed class ColumnsTests
{
    [Fact]
    public async Task AColumnHasTheNumberOfEveryTileAndNaNWhereThereIsNone()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 5));
        sample.Replace("conv_1", 3, ChannelOutcome.Dead, null);
        await sample.BuildAsync();
        var (data, layer) = (new AtlasData(sample.AtlasFolder), $"{sample.Plan.Id}/net/conv_1");
        float Objective(int channel) => sample.Entries[channel].FinalObjective!.Value;

        Assert.Equal([Objective(0), Objective(1), Objective(2), float.NaN, Objective(4)], data.Column(layer, "objective"));
        Assert.Equal([Objective(0) - 0.03f, Objective(1) - 0.03f, Objective(2) - 0.03f, float.NaN, Objective(4) - 0.03f], data.Column(layer, "gain"));
        Assert.Equal([0, 0, 0, 1, 0], data.Column(layer, "outcome"));
        var row = data[$"{layer}/layer"].GetProperty("columns").EnumerateArray().First(column => column.GetProperty("name").GetString() == "objective");
        var known = new[] { Objective(0), Objective(1), Objective(2), Objective(4) };
        Assert.Equal((known.Min(), known.Max(), 4), (row.GetProperty("low").GetSingle(), row.GetProperty("high").GetSingle(), row.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task ScoresPeopleAndLabelsAreColumnsWhereThereAreAny()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3), Layer("net", "conv_2", 3));
        var pass = await SamplePass.WriteAsync(sample.Store, "conv_1", 3);
        await SampleScores.WriteAsync(sample, pass, "conv_1", "a", SampleScores.Row(sample, "conv_1", 0, 0.99), SampleScores.Row(sample, "conv_1", 2, trust: null) with { Constant = true });
        await sample.BuildAsync();
        var (data, layer) = (new AtlasData(sample.AtlasFolder), $"{sample.Plan.Id}/net/conv_1");

        Assert.Equal(["objective", "gain", "trust", "response", "bestPhotograph", "deviations", "place", "misLike", "bestArea"], NamesOf(data, "conv_1", sample));
        Assert.Equal(["objective", "gain"], NamesOf(data, "conv_2", sample));
        Assert.Equal([0.99f, float.NaN, 0], data.Column(layer, "trust"));
        Assert.Equal([4.5f, float.NaN, float.NaN], data.Column(layer, "deviations"));
        Assert.All(data.Column(layer, "bestArea"), area => Assert.InRange(area, 0, 1));
    }

    [Fact]
    public async Task WhatPeopleToldOfThePictureIsAShare()
    {
        using var quiz = await SampleQuiz.CreateAsync();
        await quiz.AnswerAsync(isRight: true);
        await quiz.Sweep.BuildAsync();
        var data = new AtlasData(quiz.Sweep.AtlasFolder);

        Assert.Contains(1f, data.Column($"{quiz.Sweep.Plan.Id}/net/{SampleQuiz.Layer}", "people"));
        Assert.Contains(
            data.Numbered($"{quiz.Sweep.Plan.Id}/net/{SampleQuiz.Layer}", "records").SelectMany(doc => doc.GetProperty("tiles").EnumerateArray()),
            record => record.GetProperty("people").EnumerateArray().Any(told => told.GetProperty("condition").GetString() == "picture" && told.GetProperty("right").GetInt32() == 1));
    }

    private static IEnumerable<string> NamesOf(AtlasData data, string layer, SampleSweep sample)
        => data[$"{sample.Plan.Id}/net/{layer}/layer"].GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("name").GetString()!);
}
