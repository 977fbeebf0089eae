namespace AmViz.Models.Tests.Onnx;

public sealed class ModulePathTests
{
    [Theory]
    [InlineData("/layer2/layer2.0/conv1/Conv", "Conv", "layer2.0.conv1")]
    [InlineData("/conv1/Conv", "Conv", "conv1")]
    [InlineData("/blocks/blocks.11/attn/qkv/Add", "Add", "blocks.11.attn.qkv")]
    [InlineData("/layer1/layer1.0/Add_1", "Add", "layer1.0")]
    [InlineData("/features/features.3/features.3.1/block/block.0/Conv", "Conv", "features.3.1.block.0")]
    public void ThePathOfTheModuleIsFoundInTheNodesName(string node, string operation, string path) => Assert.Equal(path, ModulePath.Around(node, operation)[^1]);

    [Theory]
    [InlineData("/layer1/layer1.0/Add_1x", "Add")]
    [InlineData("/layer1/layer1.0/Add_", "Add")]
    [InlineData("/Concat", "Concat")]
    [InlineData("Conv_12", "Conv")]
    [InlineData("", "Conv")]
    public void OtherNamesHaveNone(string node, string operation) => Assert.Empty(ModulePath.Around(node, operation));

    [Fact]
    public void ANodeLiesInEveryModuleAroundIt()
        => Assert.Equal(["features", "features.3", "features.3.1", "features.3.1.block", "features.3.1.block.0"], ModulePath.Around("/features/features.3/features.3.1/block/block.0/Conv", "Conv"));
}
