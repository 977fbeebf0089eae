namespace AmViz.Models.Tests.Description;

public sealed class RepresentationLayerTests
{
    [Theory]
    [InlineData("conv1 pool logits", "pool")]
    [InlineData("conv1 embedding", "embedding")]
    [InlineData("logits", "logits")]
    public void ItIsTheLastLayerBeforeTheClassifier(string layers, string expected)
    {
        NetworkDescription network = new(
            "net", "formulas", "c0ffee", 32, [], new(Source: null, License: null, "none", new Dictionary<string, string>(StringComparer.Ordinal)),
            [.. layers.Split(' ').Select(name => new LayerShape(name, name == "logits" ? LayerKind.Logits : LayerKind.Activation, 3, LayerExtent.Reduced(1), IsDefaultTap: true))]);
        Assert.Equal(expected, RepresentationLayer.Of(network).Name);
    }
}
