using System.Globalization;
using AmViz.Imaging;
using AmViz.Models;
using AmViz.Sweeps;

namespace AmViz.Maximization.Tests;

/// <summary>What can be asked of a network whose classes are known: is the truth in the pictures?</summary>
[Collection(TorchTests.Name)]
public sealed class TextureNetTests
{
    // Stripes are about 7 and 15 pixels from line to line; waves much longer or shorter than that are not stripes.
    private const double LowestStripes = 1.0 / 24;
    private const double HighestStripes = 1.0 / 4;

    [Fact]
    public void PicturesOfStripeClassesRunInTheDirectionOfTheirLabels()
    {
        var source = NetworkCatalogue.Open("texturenet", weightsPath: null);
        using var network = source.Load();
        var recipe = Recipes.Paper with { Size = source.Description.InputSize, Steps = 128 };
        var labels = source.Description.Labels;
        var stripes = Enumerable.Range(0, labels.Count).Where(c => labels[c].StartsWith("stripes ", StringComparison.Ordinal)).ToList();

        var wrong = stripes.Where(c => Distance(DirectionOf(labels[c]), DrawnDirection(network, recipe, c)) > 10).Select(c => labels[c]).ToList();

        Assert.True(stripes.Count >= 8);
        Assert.True(wrong.Count <= 0.1 * stripes.Count, $"{wrong.Count} of {stripes.Count} are wrong: {string.Join(", ", wrong)}");
    }

    private static double DrawnDirection(INetwork network, RenderRecipe recipe, int channel)
    {
        var task = new ChannelTask("texturenet", network.Description.WeightsDigest, "logits", channel, 0);
        var image = new ActivationMaximizer(network).Maximize(recipe, [task], progress: null, TestContext.Current.CancellationToken)[0];
        return SpectrumStatistics.Of(Picture.FromPlanes(image.Planes, recipe.Size, recipe.Size))
            .DominantOrientation(LowestStripes, HighestStripes).Degrees;
    }

    private static double DirectionOf(string label) => double.Parse(label.Split(' ')[1], CultureInfo.InvariantCulture);

    private static double Distance(double a, double b) => Math.Min(Math.Abs(a - b), 180 - Math.Abs(a - b));
}
