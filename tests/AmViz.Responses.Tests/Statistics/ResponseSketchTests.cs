using CsCheck;

namespace AmViz.Responses.Tests.Statistics;

public sealed class ResponseSketchTests
{
    private static readonly Gen<float[]> Responses = Gen.Float.Where(float.IsFinite).Array[0, 400];

    [Fact]
    public void PartsMergedInAnyOrderAreTheWhole() => Gen.Select(Responses, Gen.Int[1, 7], Gen.Int[1, 40]).Sample((values, parts, limit) =>
    {
        var whole = Sketch(values, limit);
        var order = Enumerable.Range(0, parts).ToArray();
        new Random(values.Length).Shuffle(order);
        var merged = new ResponseSketch(limit);
        foreach (var part in order)
        {
            merged.Merge(Sketch([.. values.Where((_, i) => i % parts == part)], limit));
        }

        Assert.Equal((whole.Level, whole.Count), (merged.Level, merged.Count));
        Assert.Equal(whole.Buckets.ToArray(), merged.Buckets.ToArray());
        Assert.Equal(whole.Counts.ToArray(), merged.Counts.ToArray());
    }, iter: 300);

    [Fact]
    public void ThereAreNeverMoreBucketsThanTheLimitAndNoCoarserOnesThanNeeded() => Gen.Select(Responses.Where(values => values.Length > 0), Gen.Int[1, 40]).Sample((values, limit) =>
    {
        var sketch = Sketch(values, limit);
        int Occupied(int level) => values.Select(value => ResponseKey.Bucket(ResponseKey.Of(value), level)).Distinct().Count();
        Assert.Equal(Occupied(sketch.Level), sketch.Buckets.Length);
        Assert.InRange(sketch.Buckets.Length, 1, limit);
        Assert.True(sketch.Level == 0 || Occupied(sketch.Level - 1) > limit);
    }, iter: 300);

    [Fact]
    public void AQuantileIsWithinItsRelativeError() => Gen.Select(Gen.Float[0.5f, 2000f].Array[1, 300], Gen.Double[0, 1]).Sample((values, share) =>
    {
        var sketch = Sketch(values, 32);
        var exact = values.Order().ElementAt((int)Math.Round(share * (values.Length - 1), MidpointRounding.ToEven));
        Assert.InRange(Math.Abs(sketch.Quantile(share)!.Value - exact), 0, (sketch.RelativeError * exact) + (1e-6 * exact));
    }, iter: 300);

    [Fact]
    public void KeysKeepTheOrderOfNumbers() => Gen.Select(Gen.Float, Gen.Float).Where((one, other) => float.IsFinite(one) && float.IsFinite(other)).Sample((one, other) =>
    {
        Assert.Equal(Math.Sign(one.CompareTo(other)), Math.Sign(ResponseKey.Of(one).CompareTo(ResponseKey.Of(other))));
        Assert.Equal(one, ResponseKey.Value(ResponseKey.Of(one)));
    });

    [Fact]
    public void BothZerosAreOne() => Assert.Equal(ResponseKey.Of(0f), ResponseKey.Of(-0f));

    private static ResponseSketch Sketch(float[] values, int limit)
    {
        var sketch = new ResponseSketch(limit);
        sketch.Add([.. values.Select(ResponseKey.Of).Order()]);
        return sketch;
    }
}
