using AmViz.Models;
using AmViz.Sweeps;

namespace AmViz.Networks.Tests;

public sealed class CatalogueModelDescriptionTests
{
    private readonly CatalogueModelDescription _model = new(new NetworkDescription(
        "tiny", "mobilenet_v1", new string('a', 64), 96, ["cat", "dog"], new(null, null, "none", new Dictionary<string, string>()),
        [
            new("conv1", LayerKind.Convolution, 8, LayerExtent.Reduced(2), IsDefaultTap: false),
            new("conv1_bn", LayerKind.BatchNormalization, 8, LayerExtent.Reduced(2), IsDefaultTap: true),
            new("logits", LayerKind.Logits, 2, _ => LayerExtent.One, IsDefaultTap: true),
        ])
    {
        Aliases = new Dictionary<string, string>(StringComparer.Ordinal) { ["conv_preds"] = "logits" },
    });

    [Fact]
    public void ThePlannerSeesDefaultTapsAndWhichLayerHoldsClasses()
        => Assert.Equal([new LayerFacts("conv1_bn", 8, IsLogits: false), new LayerFacts("logits", 2, IsLogits: true)], _model.DefaultLayers);

    [Theory]
    [InlineData(96, null)]
    [InlineData(16, "Model 'tiny' cannot take pictures of 16 pixels. Choose a size from 32 to 8192; it was trained on 96.")]
    public void ASizeThatTheNetworkCannotTakeIsAMistakeOfTheSpec(int size, string? problem)
    {
        Assert.Equal(problem, _model.WhyNotOfSize(size));
        var spec = new SweepSpec { Models = [new() { Model = "tiny" }], Recipe = Recipes.Paper with { Size = size } };
        if (problem is null)
        {
            Assert.Equal(2, SweepPlanner.Plan(spec, _ => _model).Layers.Count);
        }
        else
        {
            var found = Assert.Single(Assert.Throws<SpecException>(() => SweepPlanner.Plan(spec, _ => _model)).Problems);
            Assert.Equal(("recipe.size", problem), (found.Path, found.Message));
        }
    }

    [Fact]
    public void ALayerIsFoundUnderAnyOfItsNamesAndGetsItsOwn()
    {
        Assert.True(_model.TryFindLayer("conv_preds", out var layer, out _));
        Assert.Equal("logits", layer.Name);
    }

    [Fact]
    public void AnUnknownLayerIsAProblemThatOffersNearNames()
    {
        Assert.False(_model.TryFindLayer("conv1_bm", out _, out var problem));
        Assert.Contains("conv1_bn", problem, StringComparison.Ordinal);
    }
}
