using CsCheck;

namespace AmViz.Cluster.Grains.Tests;

public sealed class TaskSetTests
{
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
}
