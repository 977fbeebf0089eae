using System.Text;
using AmViz.Models.Tests.Goldens;

namespace AmViz.Models.Tests;

/// <summary>Names and shapes of tensors as timm, Hugging Face and the first files of torchvision have them, against ours.</summary>
public sealed class NamesOfOtherLibrariesTests
{
    [Theory]
    [InlineData("resnet50", "resnet.embedder.embedder.convolution.weight", "conv1.weight")]
    [InlineData("resnet50", "resnet.encoder.stages.0.layers.2.layer.1.normalization.running_var", "layer1.2.bn2.running_var")]
    [InlineData("resnet50", "resnet.encoder.stages.3.layers.0.shortcut.convolution.weight", "layer4.0.downsample.0.weight")]
    [InlineData("resnet50", "classifier.1.bias", "fc.bias")]
    [InlineData("resnet50", "layer4.2.conv3.weight", "layer4.2.conv3.weight")]
    [InlineData("resnet50", "bn1.num_batches_tracked", null)]
    [InlineData("googlenet", "aux1.conv.conv.weight", null)]
    [InlineData("densenet121", "features.denseblock4.denselayer16.norm.2.running_mean", "features.denseblock4.denselayer16.norm2.running_mean")]
    [InlineData("densenet121", "features.denseblock1.denselayer1.conv.1.weight", "features.denseblock1.denselayer1.conv1.weight")]
    [InlineData("densenet121", "features.norm5.weight", "features.norm5.weight")]
    [InlineData("vgg16", "pre_logits.fc1.weight", "classifier.0.weight")]
    [InlineData("vgg16", "head.fc.bias", "classifier.6.bias")]
    [InlineData("efficientnet_b0", "conv_stem.weight", "features.0.0.weight")]
    [InlineData("efficientnet_b0", "blocks.0.0.conv_dw.weight", "features.1.0.block.0.0.weight")]
    [InlineData("efficientnet_b0", "blocks.0.0.se.conv_reduce.bias", "features.1.0.block.1.fc1.bias")]
    [InlineData("efficientnet_b0", "blocks.0.0.bn2.running_mean", "features.1.0.block.2.1.running_mean")]
    [InlineData("efficientnet_b0", "blocks.5.3.conv_pwl.weight", "features.6.3.block.3.0.weight")]
    [InlineData("efficientnet_b0", "blocks.5.3.bn3.weight", "features.6.3.block.3.1.weight")]
    [InlineData("efficientnet_b0", "bn2.weight", "features.8.1.weight")]
    [InlineData("efficientnet_b0", "classifier.weight", "classifier.1.weight")]
    [InlineData("tf_efficientnetv2_s", "blocks.0.1.conv.weight", "features.1.1.block.0.0.weight")]
    [InlineData("tf_efficientnetv2_s", "blocks.1.0.conv_exp.weight", "features.2.0.block.0.0.weight")]
    [InlineData("tf_efficientnetv2_s", "blocks.1.0.bn2.weight", "features.2.0.block.1.1.weight")]
    [InlineData("tf_efficientnetv2_s", "blocks.5.14.se.conv_expand.weight", "features.6.14.block.2.fc2.weight")]
    [InlineData("tf_efficientnetv2_s", "conv_head.weight", "features.7.0.weight")]
    [InlineData("mobilenetv3_small_100", "blocks.0.0.se.conv_expand.weight", "features.1.block.1.fc2.weight")]
    [InlineData("mobilenetv3_small_100", "blocks.4.2.bn3.weight", "features.11.block.3.1.weight")]
    [InlineData("mobilenetv3_small_100", "blocks.5.0.conv.weight", "features.12.0.weight")]
    [InlineData("mobilenetv3_large_100", "blocks.0.0.conv_pw.weight", "features.1.block.1.0.weight")]
    [InlineData("mobilenetv3_large_100", "blocks.3.3.conv_pwl.weight", "features.10.block.2.0.weight")]
    [InlineData("mobilenetv3_large_100", "blocks.4.0.se.conv_reduce.weight", "features.11.block.2.fc1.weight")]
    [InlineData("mobilenetv3_large_100", "blocks.6.0.bn1.bias", "features.16.1.bias")]
    [InlineData("mobilenetv3_large_100", "conv_head.weight", "classifier.0.weight")]
    [InlineData("mobilenetv3_large_100", "classifier.bias", "classifier.3.bias")]
    [InlineData("regnety_004", "stem.conv.weight", "stem.0.weight")]
    [InlineData("regnety_004", "s3.b6.conv2.bn.weight", "trunk_output.block3.block3-5.f.b.1.weight")]
    [InlineData("regnety_004", "s1.b1.downsample.conv.weight", "trunk_output.block1.block1-0.proj.0.weight")]
    [InlineData("regnety_004", "s4.b6.se.fc2.bias", "trunk_output.block4.block4-5.f.se.fc2.bias")]
    [InlineData("regnety_004", "head.fc.weight", "fc.weight")]
    public void TensorsAreKnownByTheNamesOfOtherLibraries(string network, string theirs, string? ours)
    {
        WeightsConfig config = Read($$"""{"architecture":"{{network}}"}""");
        var known = config.Blueprint.Build(config.Preprocessing).Layers.SelectMany(layer => layer.Tensors).Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(ours, config.Architecture.NamesOf(config.Blueprint).Target(theirs));
        Assert.True(ours is null || known.Contains(ours), $"There is no tensor '{ours}'.");
    }

    [Fact]
    public void DenseLayersThatTimmKeepsAsConvolutionsGetOurShapes()
    {
        WeightsConfig config = Read("""{"architecture":"vgg11","classifierWidth":6}""");
        (string Name, long[] Shape)[] tensors = [("pre_logits.fc1.weight", [6, 512, 7, 7]), ("pre_logits.fc2.weight", [6, 6, 1, 1]), ("classifier.6.weight", [10, 6])];
        using var file = config.Architecture.Names.Apply(new FormulaTensors(tensors));
        using var scope = TorchSharp.torch.NewDisposeScope();

        Assert.Equal([6L, 512 * 49], file.Tensors["classifier.0.weight"].Shape);
        Assert.Equal([6L, 6], file.Tensors["classifier.3.weight"].Shape);
        Assert.Equal([10L, 6], file.Tensors["classifier.6.weight"].Shape);
        Assert.Equal([6L, 512 * 49], file.Read("classifier.0.weight").shape);
    }

    [Theory]
    [InlineData("bottleneck", "[3, 4, 6, 3]", "[256, 512, 1024, 2048]", "resnet50")]
    [InlineData("basic", "[2, 2, 2, 2]", "[64, 128, 256, 512]", "resnet18")]
    public void AResNetOfHuggingFaceIsReadByItsMeasures(string kind, string depths, string widths, string network)
    {
        string text = $$"""
            {"model_type":"resnet","architectures":["ResNetForImageClassification"],"layer_type":"{{kind}}","depths":{{depths}},"hidden_sizes":{{widths}},"embedding_size":64,
             "hidden_act":"relu","downsample_in_first_stage":false,"id2label":{"0":"cat","1":"dog"} }
            """;
        WeightsConfig config = Read(text, """{"crop_pct":0.875,"size":{"shortest_edge":224},"image_mean":[0.1,0.2,0.3],"image_std":[0.4,0.5,0.6]}""");

        Assert.Equal(((ResNetBlueprint)KnownArchitectures.FindNetwork(network)!.Blueprint).Shape, ((ResNetBlueprint)config.Blueprint).Shape);
        Assert.Equal((2, 224), (config.ClassCount, config.InputSize));
        Assert.Equal([0.1, 0.2, 0.3], config.Preprocessing.Mean);
        Assert.Contains("resnet of other measures", Assert.ThrowsAny<Exception>(() => Read(text.Replace("\"embedding_size\":64", "\"embedding_size\":32", StringComparison.Ordinal))).Message, StringComparison.Ordinal);
    }

    private static WeightsConfig Read(string config, string? preprocessor = null) => WeightsConfig.Read(
        new MemoryStream(Encoding.UTF8.GetBytes(config)), "config.json",
        file => file == "preprocessor_config.json" && preprocessor is not null ? new MemoryStream(Encoding.UTF8.GetBytes(preprocessor)) : null);
}
