using AmViz.Models;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Responses;

[Collection(TorchTests.Name)]
public sealed class PictureViewsTests
{
    [Fact]
    public void ACnnRepresentsAPictureByTheMeanOfItsLastMaps()
        => Assert.Equal([2.5f, 6.5f], Represent(new("m", LayerKind.Activation, 2, 4, 1)));

    [Fact]
    public void ATransformerRepresentsItByTheClassTokenOrElseByTheMeanOfThePatches()
    {
        Assert.Equal([1f, 5f], Represent(new("t", LayerKind.Tokens, 2, 4, 1) { PrefixTokens = 2, Registers = 1 }));
        Assert.Equal([3.5f, 7.5f], Represent(new("t", LayerKind.Tokens, 2, 4, 1) { PrefixTokens = 2, Registers = 2 }));
    }

    [Fact]
    public void AVectorIsWhatItIs()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([1f, 2f, 3f], PictureViews.Represent(tensor([1f, 2, 3], [1, 3]), new("v", LayerKind.Embedding, 3, 1, 1)).data<float>().ToArray());
    }

    [Fact]
    public void OneRunTellsTheRepresentationAndTheOddsOfThePicturesThatAreWanted()
    {
        using var scope = NewDisposeScope();
        using var network = new HandSetNetwork();
        var images = rand(4, 3, 32, 32);
        var views = PictureViews.Of(network, images, count: 3);
        Assert.Equal(3, views.Count);
        var odds = ClassOdds.Of(network.Forward(images, "logits"), 3);
        for (var n = 0; n < 3; n++)
        {
            // The last layer before the logits is that of the tokens; its class token is the upper left pixel.
            Assert.Equal(images[n].select(2, 0).select(1, 0).data<float>().ToArray(), views[n].Representation);
            Assert.Equal(odds.Peaks[(3 * n)..(3 * (n + 1))], views[n].Odds);
        }
    }

    private static float[] Represent(LayerInfo layer)
    {
        using var scope = NewDisposeScope();
        return PictureViews.Represent(tensor([1f, 2, 3, 4, 5, 6, 7, 8], [1, 2, 4, 1]), layer).contiguous().data<float>().ToArray();
    }
}
