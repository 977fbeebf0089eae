using CsCheck;

namespace AmViz.Cluster.Grains.Tests;

public sealed class TaskRunsTests
{
    [Fact]
    public void NeighboursAreOneRun() => Assert.Equal([0, 3, 7, 1, 9, 2], TaskRuns.Of([10, 2, 1, 0, 9, 7]));

    [Fact]
    public void TasksComeBackInOrder() => Gen.Int[0, 99].Array[0, 60].Sample(tasks =>
    {
        var runs = TaskRuns.Of(tasks);
        Assert.Equal(tasks.Distinct().Order(), TaskRuns.Tasks(runs));
        Assert.True(TaskRuns.AreOf(runs, 100));
        Assert.Equal(tasks.Length == 0, TaskRuns.AreOf(runs, tasks.DefaultIfEmpty().Max()));
    });

    [Theory]
    [InlineData(0)]
    [InlineData(0, 0)]
    [InlineData(0, 9)]
    [InlineData(-1, 2)]
    [InlineData(7, 2)]
    [InlineData(7, int.MaxValue)]
    [InlineData(0, 3, 2, 1)]
    [InlineData(0, 3, 4)]
    public void NonsenseIsTold(params int[] runs) => Assert.False(TaskRuns.AreOf(runs, 8));
}
