using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Responses;

[Collection(TorchTests.Name)]
public sealed class ClassOddsTests
{
    [Fact]
    public void AResponseIsTheLogarithmOfTheOddsOfTheClass()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var logits = randn([3, 7], generator: generator).mul(4);
        var probabilities = logits.to(ScalarType.Float64).softmax(1);
        double[] expected = [.. (probabilities / (1 - probabilities)).log().contiguous().data<double>()];
        var found = ClassOdds.Of(logits, 2);
        Assert.Equal(14, found.Peaks.Length);
        Assert.All(found.Peaks.Index(), response => Assert.Equal(expected[response.Index], response.Item, 1e-5));
        Assert.Equal(found.Peaks, found.Means);
    }

    [Fact]
    public void ANumberAddedToAllLogitsChangesNothing()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { 1f, 5f, -2f, 3f }, [1, 4]);
        Assert.Equal(ClassOdds.Of(logits, 1).Peaks, ClassOdds.Of(logits + 64, 1).Peaks);
    }

    /// <summary>Where single precision says 1 for every one of them.</summary>
    [Fact]
    public void OddsOfClassesThatAreSureStayApart()
    {
        using var scope = NewDisposeScope();
        var odds = ClassOdds.Of(tensor(new[] { 40f, 0f, 90f, 0f }, [2, 2]), 2).Peaks;
        Assert.Equal([40, -40, 90, -90], odds);
    }

    [Fact]
    public void LogitsThatAreNoNumbersHaveNoFiniteResponse()
    {
        using var scope = NewDisposeScope();
        Assert.All(ClassOdds.Of(tensor(new[] { 1f, float.NaN, 2f }, [1, 3]), 1).Means, mean => Assert.False(float.IsFinite(mean)));
    }
}
