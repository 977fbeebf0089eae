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
