using CsCheck;

namespace AmViz.Responses.Tests.Reports;

public sealed class LabelAreaTests
{
    [Fact]
    public void ALabelThatIsAlwaysAboveHasAreaOne()
    {
        var area = Area([5, 6, 7], [1, 2, 3, 4]);
        Assert.Equal(new LabelArea(1, 0, 3), area);
        Assert.Equal(0, Area([1, 2], [3, 4])!.Value.Area);
        Assert.Equal(0.5, Area([1, 1], [1, 1, 1])!.Value.Area);
    }

    [Fact]
    public void WithoutOneOrTheOtherThereIsNone()
    {
        Assert.Null(Area([], [1]));
        Assert.Null(Area([1], []));
    }

    [Fact]
    public void TheAreaIsWithinItsErrorOfThatOfTheRanks() => Gen.Select(Gen.Float[-3, 3].Array[1, 80], Gen.Float[-2, 4].Array[1, 80], Gen.Int[2, 30]).Sample((label, others, limit) =>
    {
        var area = Area(label, others, limit)!.Value;
        var exact = label.Average(one => others.Average(other => one > other ? 1 : one == other ? 0.5 : 0.0));
        Assert.InRange(Math.Abs(area.Area - exact), 0, area.Error + 1e-12);
    }, iter: 300);

    private static LabelArea? Area(float[] label, float[] others, int limit = 64)
    {
        var (all, positives) = (new ResponseSketch(ChannelStatistics.SketchLimit), new ResponseSketch(limit));
        all.Add([.. label.Concat(others).Select(ResponseKey.Of).Order()]);
        positives.Add([.. label.Select(ResponseKey.Of).Order()]);
        return LabelArea.Of(all, positives);
    }
}
