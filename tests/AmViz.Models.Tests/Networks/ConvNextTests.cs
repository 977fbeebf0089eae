using AmViz.Models.Tests.Goldens;

namespace AmViz.Models.Tests;

public sealed class ConvNextTests
{
    [Theory]
    [InlineData("features.0", "stem")]
    [InlineData("features.3.1", "stages.1.blocks.1")]
    [InlineData("features.4", "stages.2.downsample")]
    public void LayersAreKnownByTheNamesOfTorchvision(string asked, string own)
        => Assert.Equal(own, Golden.Read("convnext_torchvision").Open().Description.FindShape(asked).Name);

    [Fact]
    public void DefaultLayersAreTheStemTheBlocksAndTheLogits()
    {
        string[] found = [.. Golden.Read("convnext_v2").Open().Description.LayerShapes.Where(shape => shape.IsDefaultTap).Select(shape => shape.Name)];

        Assert.Equal(["stem", "stages.0.blocks.0", "stages.1.blocks.0", "stages.1.blocks.1", "stages.2.blocks.0", "stages.2.blocks.1", "stages.2.blocks.2", "stages.3.blocks.0", "logits"], found);
    }

    [Fact]
    public void ArithmeticIsWhatIsPublished()
    {
        // Table 1 of the paper: ConvNeXt-T takes 4.5 billion multiply-adds at 224 pixels.
        LayerGraph graph = new ConvNextBlueprint(1000, 1, [3, 3, 9, 3], [96, 192, 384, 768]).Build(Preprocessing.ImageNet);

        Assert.InRange(ForwardPlan.ForAll(graph.Layers[^1]).MultiplyAdds(224), 4.4e9, 4.5e9);
    }
}
