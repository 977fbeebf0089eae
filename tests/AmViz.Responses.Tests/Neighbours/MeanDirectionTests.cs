namespace AmViz.Responses.Tests.Neighbours;

public sealed class MeanDirectionTests
{
    [Fact]
    public void OfOneVectorItIsItsDirection() => Assert.Equal([0.6f, 0.8f], Mean([3, 4]));

    [Fact]
    public void EveryPictureCountsTheSameWhateverItsLength()
    {
        var half = (float)Math.Sqrt(0.5);
        Assert.Equal([half, half], Mean([100, 0], [0, 0.001f]));
    }

    [Fact]
    public void TheOrderOfSeedsDoesNotMatter()
    {
        var vectors = TestVectors.Responses(2, 12, seed: 9);
        Assert.Equal(Mean(vectors[0], vectors[1]), Mean(vectors[1], vectors[0]));
    }

    [Fact]
    public void AVectorOfZerosDoesNotCount() => Assert.Equal([0.6f, 0.8f], Mean([0, 0], [3, 4]));

    [Fact]
    public void SeedsThatPullApartLeaveNoDirection()
    {
        Assert.Null(MeanDirection.Of([[3, 4], [-3, -4]], out var problem));
        Assert.Equal(VectorProblem.Constant, problem);
        Assert.Null(MeanDirection.Of([[0, 0]], out problem));
        Assert.Equal(VectorProblem.Constant, problem);
    }

    [Fact]
    public void ANumberThatIsNotFiniteIsTold()
    {
        Assert.Null(MeanDirection.Of([[3, 4], [1, float.NaN]], out var problem));
        Assert.Equal(VectorProblem.NotFinite, problem);
    }

    private static float[] Mean(params float[][] vectors) => MeanDirection.Of(vectors, out _) ?? throw new InvalidOperationException("These vectors have no mean direction.");
}
