using AmViz.Networks;

namespace AmViz.Models.Tests.Architectures;

public sealed class ArchitecturesTests
{
    [Theory]
    [InlineData("mobilenet_1_0_224", 4_231_976, 4_253_864)]
    [InlineData("mobilenet_v2_1_0_224", 3_504_872, 3_538_984)]
    [InlineData("inception_v3", 23_817_352, 23_851_784)]
    [InlineData("resnet50v2", 25_568_360, 25_613_800)]
    [InlineData("resnet101v2", 44_577_896, 44_675_560)]
    [InlineData("resnet152v2", 60_236_904, 60_380_648)]
    [InlineData("vit_base_patch16_224", 86_567_656, 86_567_656)]
    [InlineData("deit_small_patch16_224", 22_050_664, 22_050_664)]
    [InlineData("deit_tiny_patch16_224", 5_717_416, 5_717_416)]
    [InlineData("vit_base_patch32_224", 88_224_232, 88_224_232)]
    [InlineData("vit_large_patch16_224", 304_326_632, 304_326_632)]
    [InlineData("vit_large_patch32_224", 306_535_400, 306_535_400)]
    [InlineData("vit_huge_patch14_224", 632_045_800, 632_045_800)]
    [InlineData("vit_small_patch14_dinov2", 22_056_192, 22_056_192)]
    [InlineData("vit_base_patch14_dinov2", 86_579_712, 86_579_712)]
    [InlineData("vit_large_patch14_dinov2", 304_367_616, 304_367_616)]
    [InlineData("vit_giant_patch14_dinov2", 1_136_479_232, 1_136_479_232)]
    [InlineData("vit_small_patch14_reg4_dinov2", 22_057_344, 22_057_344)]
    [InlineData("clip-vit-base-patch32", 87_456_000 + 768 * 512, 87_456_000 + 768 * 512)]
    [InlineData("clip-vit-base-patch16", 85_799_424 + 768 * 512, 85_799_424 + 768 * 512)]
    [InlineData("clip-vit-large-patch14", 303_179_776 + 1024 * 768, 303_179_776 + 1024 * 768)]
    [InlineData("siglip-base-patch16-224", 92_884_224, 92_884_224)]
    [InlineData("convnext_tiny", 28_589_128, 28_589_128)]
    [InlineData("convnext_small", 50_223_688, 50_223_688)]
    [InlineData("convnext_base", 88_591_464, 88_591_464)]
    [InlineData("convnext_large", 197_767_336, 197_767_336)]
    [InlineData("convnextv2_atto", 3_708_400, 3_708_400)]
    [InlineData("convnextv2_nano", 15_623_800, 15_623_800)]
    [InlineData("convnextv2_tiny", 28_635_496, 28_635_496)]
    [InlineData("convnextv2_base", 88_717_800, 88_717_800)]
    [InlineData("convnextv2_huge", 660_289_640, 660_289_640)]
    [InlineData("swin_t", 28_288_354, 28_288_354)]
    [InlineData("swin_s", 49_606_258, 49_606_258)]
    [InlineData("swin_b", 87_768_224, 87_768_224)]
    [InlineData("swin_v2_t", 28_351_570, 28_351_570)]
    [InlineData("swin_v2_s", 49_737_442, 49_737_442)]
    [InlineData("swin_v2_b", 87_930_848, 87_930_848)]
    public void ParametersAreTheOnesPublished(string name, long trainable, long total)
    {
        ArchitectureInfo found = NetworkCatalogue.Architectures.Single(one => one.Name == name);

        Assert.Equal(new ParameterCounts(trainable, total), found.Parameters);
    }

    [Fact]
    public void EveryArchitectureIsFoundByItsName()
    {
        Assert.All(KnownArchitectures.All, architecture => Assert.Same(architecture, KnownArchitectures.Find(architecture.Name)));
        Assert.Null(KnownArchitectures.Find("alexnet"));
    }

    [Fact]
    public void NoTwoLayersOfANetworkHaveOneName()
    {
        foreach (PublishedNetwork published in KnownArchitectures.All.SelectMany(architecture => architecture.Published))
        {
            LayerGraph graph = published.Blueprint.Build(Preprocessing.MinusOneToOne);
            var names = graph.Layers.Select(layer => layer.Name).Concat(graph.Aliases.Keys).ToList();
            Assert.Equal(names.Distinct(StringComparer.Ordinal), names);
        }
    }

    [Fact]
    public void TensorsOfLayersHaveDifferentNames()
    {
        foreach (PublishedNetwork published in KnownArchitectures.All.SelectMany(architecture => architecture.Published))
        {
            var names = published.Blueprint.Build(Preprocessing.MinusOneToOne).Layers.SelectMany(layer => layer.Tensors).Select(tensor => tensor.Name).ToList();
            Assert.Equal(names.Distinct(StringComparer.Ordinal), names);
        }
    }
}
