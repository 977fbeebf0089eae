using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Api.Tests.Sweeps;

public sealed class RecentSweepsTests
{
    private const int MostRows = 10_000;

    private readonly RecentSweeps<object> _recent = new(MostRows);

    [Fact]
    public void TenSmallSweepsAreKeptAtATimeAndThenTheOneGoesThatNobodyAskedForForLongest()
    {
        var plans = Enumerable.Range(1, 11).Select(number => Plan(channels: 6, number)).ToArray();
        var kept = plans[..10].Select(_recent.Of).ToArray();
        Assert.Equal(kept, plans[..10].Select(_recent.Of));
        _recent.Of(plans[0]);
        _recent.Of(plans[10]);
        Assert.Same(kept[0], _recent.Of(plans[0]));
        Assert.NotSame(kept[1], _recent.Of(plans[1]));
    }

    [Fact]
    public void ALargeSweepTakesThePlaceOfManyAndIsKeptHoweverLargeItIs()
    {
        var (small, large, huge) = (Plan(channels: 6, 1), Plan(channels: MostRows, 2), Plan(channels: 3 * MostRows, 3));
        var (keptSmall, keptLarge) = (_recent.Of(small), _recent.Of(large));
        Assert.Same(keptLarge, _recent.Of(large));
        var keptHuge = _recent.Of(huge);
        Assert.Same(keptHuge, _recent.Of(huge));
        Assert.NotSame(keptSmall, _recent.Of(small));
    }

    private static SweepPlan Plan(int channels, int seed) => SampleSweeps.Plan([new("conv_1", channels, IsLogits: false)], seeds: [seed]);
}
