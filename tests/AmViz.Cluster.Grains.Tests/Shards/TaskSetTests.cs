using CsCheck;

namespace AmViz.Cluster.Grains.Tests;

public sealed class TaskSetTests
{
    [Fact]
    public void TheHighestAreTakenFromTheTopDown()
    {
        var set = new TaskSet(200);
        foreach (var task in new[] { 0, 63, 64, 130, 199 })
        {
            set.Add(task);
        }

        Assert.Equal([199, 130, 64], set.TakeHighest(3));
        Assert.Equal([63, 0], set.TakeHighest(5));
        Assert.Equal(0, set.Count);
    }

    [Fact]
    public void ItIsASet()
        => Gen.Select(Gen.Int[1, 300], Gen.Int[0, 299].Array[0, 200], Gen.Int[0, 400]).Sample((capacity, numbers, count) =>
        {
            var set = new TaskSet(capacity);
            var model = new SortedSet<int>();
            foreach (var number in numbers.Where(number => number < capacity))
            {
                if (number % 3 == 0)
                {
                    Assert.Equal(model.Remove(number), set.Remove(number));
                }
                else
                {
                    Assert.Equal(model.Add(number), set.Add(number));
                }
            }

            Assert.Equal(model, Enumerable.Range(0, capacity).Where(set.Contains));
            Assert.Equal(model.Count, set.Count);
            Assert.Equal(model.Take(count), set.TakeLowest(count));
            Assert.Equal(model.Skip(count), Enumerable.Range(0, capacity).Where(set.Contains));
        });

    [Fact]
    public void TheLowestOfTwoSetsAreTakenFromTheFirst()
        => Gen.Select(Gen.Int[0, 199].Array[0, 200], Gen.Int[0, 199].Array[0, 200], Gen.Int[0, 100]).Sample((first, second, count) =>
        {
            var (set, others) = (new TaskSet(200), new TaskSet(200));
            Array.ForEach(first, number => set.Add(number));
            Array.ForEach(second, number => others.Add(number));
            int[] expected = [.. first.Intersect(second).Order().Take(count)];
            Assert.Equal(expected, set.TakeLowestOf(others, count));
            Assert.Equal(first.Except(expected).Order(), Enumerable.Range(0, 200).Where(set.Contains));
            Assert.Equal(first.Except(expected).Count(), set.Count);
            Assert.Equal(second.Distinct().Count(), others.Count);
        });
}
