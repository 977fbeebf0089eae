using AmViz.Cli.Neighbours;
using AmViz.Responses;

namespace AmViz.Cli.Tests.Neighbours;

/// <summary>What whoever searches for near vectors must do.</summary>
public abstract class NearestSearchContract
{
    private const int Length = 64;
    private const int Count = 5;

    private protected abstract INearestSearch Search { get; }

    [Fact]
    public void NearlyAllNeighboursAreFoundWithTheirCorrelations()
    {
        var (targets, queries) = (Clusters(2000, seed: 1), Clusters(300, seed: 2));
        var found = Find(targets, queries);
        Assert.Equal(queries.Length, found.Length);
        var hits = found.Index().Sum(list => list.Item.Select(neighbour => neighbour.Index).Intersect(BruteForce(targets, queries[list.Index])).Count());
        Assert.InRange(hits / (double)(Count * queries.Length), 0.95, 1);
        Assert.All(found.Index(), list => Assert.All(list.Item, neighbour => Assert.Equal(Dot(queries[list.Index], targets[neighbour.Index]), neighbour.Correlation, 1e-5)));
        Assert.All(found, list => Assert.Equal(list.OrderByDescending(neighbour => neighbour.Correlation).ThenBy(neighbour => neighbour.Index), list));
    }

    [Fact]
    public void AVectorFindsItselfAndItsCopiesFirst()
    {
        var vectors = Clusters(500, seed: 3);
        float[][] targets = [.. vectors, vectors[17]];
        var found = Find(targets, targets);
        Assert.All(found.Index().Where(list => list.Index is not (17 or 500)), list => Assert.Equal(list.Index, list.Item[0].Index));
        Assert.Equal([17, 500], found[17].Take(2).Select(neighbour => neighbour.Index));
        Assert.Equal(found[17], found[500]);
    }

    [Fact]
    public void TheSameIsFoundAgain()
    {
        var vectors = Clusters(1000, seed: 4);
        Assert.Equal(Find(vectors, vectors), Find(vectors, vectors));
    }

    [Fact]
    public void OfFewVectorsAllAreFoundAndOfNoneNone()
    {
        var vectors = Clusters(3, seed: 5);
        Assert.All(Find(vectors, vectors), list => Assert.Equal([0, 1, 2], list.Select(neighbour => neighbour.Index).Order()));
        Assert.All(Find([], vectors), Assert.Empty);
        Assert.Empty(Find(vectors, []));
    }

    [Fact]
    public void ItGivesUpWhenItIsTold()
        => Assert.ThrowsAny<OperationCanceledException>(() => Search.Find(Clusters(100, seed: 6), Clusters(100, seed: 6), Count, _ => { }, new CancellationToken(canceled: true)));

    private IReadOnlyList<Neighbour>[] Find(float[][] targets, float[][] queries) => Search.Find(targets, queries, Count, _ => { }, TestContext.Current.CancellationToken);

    private static IEnumerable<int> BruteForce(float[][] targets, float[] query)
        => targets.Index().OrderByDescending(target => Dot(query, target.Item)).Take(Count).Select(target => target.Index);

    private static double Dot(float[] one, float[] other) => one.Zip(other).Sum(pair => (double)pair.First * pair.Second);

    private static float[][] Clusters(int count, int seed) => MadeUpChannels.Make(count, Length, clusters: 50, seed);
}

/// <summary>Pair by pair.</summary>
public sealed class ExactSearchTests : NearestSearchContract
{
    private protected override INearestSearch Search { get; } = new ExactSearch();
}

/// <summary>By an index.</summary>
public sealed class IndexSearchTests : NearestSearchContract
{
    private protected override INearestSearch Search { get; } = new IndexSearch();
}
