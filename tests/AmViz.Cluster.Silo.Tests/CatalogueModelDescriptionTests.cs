using AmViz.Models;
using AmViz.Sweeps;

namespace AmViz.Cluster.Silo.Tests;

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
