using AmViz.Models;
using AmViz.Sweeps;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Parameterizations;

[Collection(TorchTests.Name)]
public sealed class ColourMapTests
{
    [Fact]
    public void ColoursAreDecorrelatedWhereverTheyStandAndOtherChannelsAreLeftAlone()
    {
        using var scope = NewDisposeScope();
        using var colours = ColourMap.Of(Recipes.Paper, Network("infrared", "blue", "red", "green"), CPU, ScalarType.Float64);
        var planes = rand(2, 4, 3, 3, dtype: ScalarType.Float64);

        var channels = colours.Apply(planes);

        Assert.Equal((4, 4), (colours.PlaneCount, (int)channels.shape[1]));
        Assert.True(channels[TensorIndex.Colon, 0].allclose(planes[TensorIndex.Colon, 0]));
        var rgb = matmul(ColourDecorrelation.Matrix(CPU, ScalarType.Float64), planes.index_select(1, tensor(new long[] { 2, 3, 1 })).flatten(2)).view(2, 3, 3, 3);
        Assert.True(channels.index_select(1, tensor(new long[] { 2, 3, 1 })).allclose(rgb));
    }

    [Fact]
    public void AGreyPictureIsOnePlaneAndOtherChannelsKeepTheirs()
    {
        using var scope = NewDisposeScope();
        using var colours = ColourMap.Of(Recipes.Paper with { Greyscale = true }, Network("red", "depth", "green", "blue"), CPU, ScalarType.Float32);
        var planes = rand(1, 2, 3, 3);

        var channels = colours.Apply(planes);

        Assert.Equal(2, colours.PlaneCount);
        foreach (var (channel, plane) in new[] { (0, 0), (1, 1), (2, 0), (3, 0) })
        {
            Assert.True(channels[0, channel].equal(planes[0, plane]).all().item<bool>());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void ChannelsThatAreNoColoursAreTheirOwnPlanes(int count)
    {
        using var scope = NewDisposeScope();
        using var colours = ColourMap.Of(Recipes.Paper, Network([.. Enumerable.Range(0, count).Select(i => $"channel {i}")]), CPU, ScalarType.Float32);
        var planes = rand(1, count, 3, 3);
        Assert.Equal(count, colours.PlaneCount);
        Assert.True(colours.Apply(planes).equal(planes).all().item<bool>());
    }

    private static NetworkDescription Network(params string[] channels) => new HandSetNetwork().Description with { InputChannels = channels };
}
