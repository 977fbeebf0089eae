namespace AmViz.Sweeps.Tests;

public sealed class ScorePlannerTests
{
    private static readonly SweepId Drawn = new("0123456789abcdef");
    private static readonly ScoreWork Scores = new(Drawn, [new("conv_1", "aa", 9, 9, "0011", 12), new("logits", "bb", 0, 0, "2233", 34)]);

    [Fact]
    public void ScoresAreATaskForEachLayerWhichKnowsItsOwnTableAlone()
    {
        var plan = Plan(Scores);
        Assert.Equal([("scores/conv_1", 0, 1), ("scores/logits", 0, 1)], plan.Shards().Select(shard => (shard.Id.Layer, shard.Stage, shard.Count)));
        Assert.Equal(Scores.Tables, plan.Shards().Select(shard => Assert.Single(shard.Scores!.Tables)));
        Assert.All(plan.Shards(), shard => Assert.Equal((1, shard.Scores), (shard.TasksAtOnce(pictures: 16), shard.Work)));
        Assert.Equal((2, 34), (plan.TaskCount, plan.Recipe.Steps));
        Assert.Throws<ArgumentException>(() => Scores.Of("logits"));
    }

    [Fact]
    public void ThePlanIsReadBackAsItWasWritten()
    {
        var plan = Plan(Scores with { Judge = new("judge", new('b', 64)) });
        var read = System.Text.Json.JsonSerializer.Deserialize<SweepPlan>(System.Text.Json.JsonSerializer.Serialize(plan, SweepJson.Indented), SweepJson.Indented)!;
        Assert.Equal((plan.Id, plan.Scores!.Judge), (read.Id, read.Scores!.Judge));
        Assert.Equal(plan.Scores.Tables, read.Scores.Tables);
    }

    [Fact]
    public void TheIdFollowsFromPicturesPassAndJudgeAndStaysWhatItIs()
    {
        Assert.Equal("897a5ac8b81f105c", Plan(Scores).Id.Value);
        var first = Scores.Tables[0];
        ScoreTable[] changed = [first with { Name = "4455" }, first with { Pass = "cc" }, first with { Crops = 3 }, first with { EffectiveFields = 3 }];
        SweepId[] ids =
        [
            Plan(Scores).Id, Plan(Scores with { Judge = new("judge", new('b', 64)) }).Id, Plan(Scores with { Sweep = new("fedcba9876543210") }).Id, Plan(Scores with { Tables = [first] }).Id,
            .. changed.Select(table => Plan(Scores with { Tables = [table, Scores.Tables[1]] }).Id),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(Plan(Scores).Id, ScorePlanner.Plan(Scores, "fakenet", new('a', 64), size: 64, failureBudget: null).Id);
    }

    [Fact]
    public void EveryMistakeIsToldAtOnce()
    {
        var spec = new SweepSpec
        {
            Models = [new() { Model = "a", Layers = [new("logits")] }],
            Seeds = [1],
            Recipe = Recipes.Paper with { Steps = 3 },
            Photographs = new() { Textures = 3 },
            Scores = new() { Sweep = "last", Judge = new() { Model = "b", Layers = [new("logits")] } },
        };
        Assert.Equal(["models[0].layers", "seeds", "recipe", "scores", "scores.sweep", "scores.judge.layers"], ScorePlanner.Check(spec).Select(problem => problem.Path));
        Assert.Equal("models", Assert.Single(ScorePlanner.Check(new() { Models = [new(), new()], Scores = new() })).Path);
        Assert.Empty(ScorePlanner.Check(new() { Models = [new()], Scores = new() { Sweep = Drawn.Value, Judge = new() { Digest = "ab" } } }));
    }

    private static SweepPlan Plan(ScoreWork scores) => ScorePlanner.Plan(scores, "fakenet", new('a', 64), size: 64, failureBudget: 3);
}
