namespace AmViz.Sweeps.Tests;

public sealed class PassPlannerTests
{
    private static readonly PassWork Pass = new("0123456789abcdef", Crops: 9, EffectiveFields: 9);

    [Fact]
    public void APassIsATaskForEachShardAndThenOneForTheTables()
    {
        var plan = Plan(Pass);
        Assert.Equal(
            [(PassWork.Photographs, 0, 40), (PassWork.Tables, 1, 1)],
            plan.Shards().Select(shard => (shard.Id.Layer, shard.Stage, shard.Count)));
        Assert.All(plan.Shards(), shard => Assert.Equal(Pass, shard.Pass));
        Assert.Equal((41, 32), (plan.TaskCount, plan.Recipe.Steps));
    }

    [Fact]
    public void EachShardOfPhotographsFillsADeviceByItself()
    {
        Assert.All(Plan(Pass).Shards(), shard => Assert.Equal(1, shard.TasksAtOnce(pictures: 16)));
        Assert.All(TestKit.SampleSweeps.Small.Shards(), shard => Assert.Equal(16, shard.TasksAtOnce(pictures: 16)));
    }

    [Fact]
    public void EqualPassesAreOneSweepAndOthersAreNot()
    {
        Assert.Equal("434228f2d2068683", Plan(Pass).Id.Value);
        SweepId[] others = [Plan(Pass).Id, Plan(Pass with { Id = "fedcba9876543210" }).Id, Plan(Pass with { Crops = 3 }).Id, Plan(Pass with { EffectiveFields = 0 }).Id, Plan(Pass with { Folder = "/photographs" }).Id];
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    [Fact]
    public void EveryMistakeIsToldAtOnce()
    {
        var spec = new SweepSpec
        {
            Models = [new() { Model = "a" }, new() { Model = "b" }],
            Seeds = [1],
            Recipe = Recipes.Paper with { Steps = 3 },
            Photographs = new() { Textures = 0, Folder = "photographs", ShardSize = 0, Batch = 70_000, Crops = 10, EffectiveFields = -1 },
        };
        Assert.Equal(
            ["models", "seeds", "recipe", "photographs", "photographs.textures", "photographs.shardSize", "photographs.batch", "photographs.crops", "photographs.effectiveFields"],
            PassPlanner.Check(spec, largestShard: 65_536).Select(problem => problem.Path));
        Assert.Equal(["recipe", "photographs", "photographs.labelColumn"], PassPlanner.Check(spec with { Models = [new()], Seeds = [0], Photographs = new() { LabelColumn = "kind" } }, 1).Select(problem => problem.Path));
        Assert.Empty(PassPlanner.Check(new() { Models = [new()], Photographs = new() { Textures = 1 } }, 1));
    }

    private static SweepPlan Plan(PassWork pass) => PassPlanner.Plan(pass, "fakenet", new('a', 64), size: 64, shards: 40, runs: 32, failureBudget: 3);
}
