using AmViz.Models;
using AmViz.Sweeps;
using TorchSharp;

namespace AmViz.Maximization.Tests;

/// <summary>What can be asked of a network whose classes are known: does it see the class in the picture that was drawn of it?</summary>
[Collection(TorchTests.Name)]
public sealed class TextureNetTests
{
    [Fact]
    public void PicturesOfStripeClassesAreTakenForTheirClass()
    {
        var source = NetworkCatalogue.Open("texturenet", weightsPath: null);
        using var network = source.Load();
        var recipe = Recipes.Paper with { Size = source.Description.InputSize, Steps = 64 };
        var labels = source.Description.Labels;
        var stripes = Enumerable.Range(0, labels.Count).Where(c => labels[c].StartsWith("stripes ", StringComparison.Ordinal)).ToList();

        var wrong = stripes.Where(c => Seen(network, recipe, c) != c).Select(c => labels[c]).ToList();

        Assert.Equal(16, stripes.Count);
        Assert.True(wrong.Count <= 0.1 * stripes.Count, $"{wrong.Count} of {stripes.Count} are wrong: {string.Join(", ", wrong)}");
    }

    private static int Seen(INetwork network, RenderRecipe recipe, int channel)
    {
        using var scope = torch.NewDisposeScope();
        var task = new ChannelTask("texturenet", network.Description.WeightsDigest, "logits", channel, 0);
        var image = new ActivationMaximizer(network).Maximize(recipe, [task], progress: null, TestContext.Current.CancellationToken)[0];
        return new Classifier(network).Top(torch.tensor(image.Planes, [1, 3, recipe.Size, recipe.Size]), 1)[0].Index;
    }
}
