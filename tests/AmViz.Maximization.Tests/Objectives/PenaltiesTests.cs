using AmViz.Sweeps;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Objectives;

[Collection(TorchTests.Name)]
public sealed class PenaltiesTests
{
    [Fact]
    public void RegularizersAreTheFormulasOfTheirDocumentation()
    {
        using var scope = NewDisposeScope();
        var image = full([1, 3, 4, 4], 0.5);
        image[0, 0, 0, 0] = 0.9;         // a corner: two differences of 0.4, one down and one to the right, of 3 x 12 each
        using var regularizers = new Regularizers(new() { TotalVariation = 2, L1 = 3, L2 = 5 });

        var penalty = regularizers.Of(image).item<float>();

        Assert.Equal(2 * (0.4 / 36 + 0.4 / 36) + 3 * 0.4 / 48 + 5 * 0.16 / 48, penalty, 1e-6);
    }

    [Fact]
    public void EqualFacetsAreWhollyAlikeAndFacetsOfOtherColoursAreNot()
    {
        using var scope = NewDisposeScope();
        using var network = new HandSetNetwork();
        using var diversity = new Diversity(new() { Count = 2, Diversity = 7 }, HandSetNetwork.Colours);
        Tensor Plain(int colour)
        {
            var image = zeros(1, 3, 4, 4);
            image[0, colour] = 1;
            return image;
        }

        Assert.Equal(7, diversity.Likeness(network, cat([Plain(0), Plain(0)]), views: 1).item<float>(), 1e-4f);
        Assert.Equal(0, diversity.Likeness(network, cat([Plain(0), Plain(1)]), views: 1).item<float>(), 1e-4f);
    }

    [Fact]
    public void FacetsArePushedApartAndLieSideBySide()
    {
        using var network = AmViz.Models.Tests.TinyWeights.Separate().Load();
        var recipe = Recipes.Paper with { Size = 32, Steps = 60, Transforms = TransformSettings.None, Facets = new() { Count = 3 } };
        MaximizedImage[] Draw(double weight) =>
        [
            .. new ActivationMaximizer(network).Maximize(
                recipe with { Facets = recipe.Facets with { Diversity = weight } }, [new("tiny", "d1ce", "conv_pw_5_bn", 2, 0)], progress: null, TestContext.Current.CancellationToken),
        ];
        float Likeness(MaximizedImage[] facets)
        {
            using var scope = NewDisposeScope();
            using var diversity = new Diversity(recipe.Facets with { Diversity = 1 }, "conv_pw_5_bn");
            return diversity.Likeness(network, stack(facets.Select(facet => tensor(facet.Planes, [3, 32, 32]))), views: 1).item<float>();
        }

        var (apart, free) = (Draw(50), Draw(0));

        Assert.Equal(3, apart.Length);
        Assert.True(Likeness(apart) < Likeness(free) - 0.05, $"{Likeness(apart)} against {Likeness(free)}");
        var strip = FacetStrip.Join(apart, 32);
        Assert.Equal(3 * 3 * 32 * 32, strip.Planes.Length);
        Assert.Equal(apart[1].Planes[32..64], strip.Planes[(96 + 32)..(96 + 64)]);      // second row, second facet
        Assert.Equal(apart.Average(facet => facet.Objective.Final), strip.Objective.Final, 1e-5f);
    }

    [Fact]
    public void TotalVariationMakesPicturesSmoother()
    {
        using var network = AmViz.Models.Tests.TinyWeights.Separate().Load();
        var recipe = Recipes.Paper with { Size = 32, Steps = 40, Transforms = TransformSettings.None };
        float Roughness(RenderRecipe how)
        {
            using var scope = NewDisposeScope();
            var image = new ActivationMaximizer(network).Maximize(how, [new("tiny", "d1ce", "conv_pw_3_bn", 2, 0)], progress: null, TestContext.Current.CancellationToken)[0];
            return Regularizers.TotalVariation(tensor(image.Planes, [1, 3, 32, 32])).item<float>();
        }

        var (smooth, free) = (Roughness(recipe with { Regularizers = new() { TotalVariation = 20 } }), Roughness(recipe));

        Assert.True(smooth < 0.7 * free, $"{smooth} against {free}");
    }
}
