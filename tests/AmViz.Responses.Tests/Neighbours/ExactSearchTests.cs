namespace AmViz.Responses.Tests.Neighbours;

public sealed class ExactSearchTests
{
    /// <summary>More than a block of each, and no whole number of blocks.</summary>
    [Fact]
    public void ItFindsWhatSortingAllPairsFinds()
    {
        float[][] targets = [.. TestVectors.Responses(150, 40, seed: 3).Select(TestVectors.Vector)];
        float[][] queries = [.. TestVectors.Responses(70, 40, seed: 4).Select(TestVectors.Vector)];
        var found = new ExactSearch().Find(targets, queries, 5, _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal(
            queries.Select(query => targets.Index().OrderByDescending(target => ExactSearch.Correlation(query, target.Item)).ThenBy(target => target.Index).Take(5).Select(target => target.Index)),
            found.Select(list => list.Select(neighbour => neighbour.Index)));
    }

    [Fact]
    public void EquallyNearOnesComeByIndexInWhateverOrderTheyAreSeen()
    {
        var (list, back) = (new NearestList(3), new NearestList(3));
        int[] indices = [4, 2, 9, 7, 1];
        foreach (var (one, other) in indices.Zip(indices.Reverse()))
        {
            list.Add(one, 0.5f);
            back.Add(other, 0.5f);
        }

        Assert.Equal([1, 2, 4], list.ToArray().Select(neighbour => neighbour.Index));
        Assert.Equal(list.ToArray(), back.ToArray());
    }
}
