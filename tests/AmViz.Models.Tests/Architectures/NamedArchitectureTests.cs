using System.Text;
using AmViz.Weights;

namespace AmViz.Models.Tests.Architectures;

/// <summary>Networks whose name alone is a configuration.</summary>
public sealed class NamedArchitectureTests
{
    [Theory]
    [InlineData("resnet50", "resnet50")]
    [InlineData("resnet50.tv_in1k", "resnet50")]
    [InlineData("tv_resnet50", "resnet50")]
    [InlineData("swsl_resnext50_32x4d", "resnext50_32x4d")]
    [InlineData("regnety_004.tv2_in1k", "regnety_004")]
    [InlineData("tf_efficientnetv2_s.in21k_ft_in1k", "tf_efficientnetv2_s")]
    public void NamesOfTimmAreKnownWithTheirTrainersAndTags(string asked, string found) => Assert.Equal(found, KnownArchitectures.FindNetwork(asked)?.Name);

    [Theory]
    [InlineData("resnet")]
    [InlineData("resnet50d")]
    [InlineData("resnet20")]
    [InlineData("vgg16_bn_")]
    [InlineData("")]
    public void OtherNamesAreOfNoNetwork(string asked) => Assert.Null(KnownArchitectures.FindNetwork(asked));

    [Fact]
    public void ANameAloneIsAConfigurationOfThePublishedWeights()
    {
        WeightsConfig config = Read("""{"architecture":"efficientnet_b3"}""");

        Assert.Equal((1000, 300), (config.ClassCount, config.InputSize));
        Assert.Equal(Preprocessing.ImageNet.Mean, config.Preprocessing.Mean);
        Assert.Equal("efficientnet", config.Architecture.Name);
    }

    [Fact]
    public void WhatIsToldHoldsBeforeWhatIsPublished()
    {
        WeightsConfig config = Read("""{"architecture":"resnet18","classes":7,"inputSize":96,"preprocessing":"x / 127.5 - 1","batchNorm":"separate, epsilon 1e-3"}""");

        Assert.Equal((7, 96), (config.ClassCount, config.InputSize));
        Assert.Equal(Preprocessing.MinusOneToOne.Mean, config.Preprocessing.Mean);
        Assert.Equal((7, 1e-3, true), ((ResNetBlueprint)config.Blueprint) switch { var blueprint => (blueprint.Classes, blueprint.Epsilon, blueprint.FormIsTold) });
    }

    [Fact]
    public void AConfigurationOfTimmIsReadByItsName()
    {
        WeightsConfig config = Read("""
            {"architecture":"efficientnet_b5","num_classes":12,"num_features":2048,
             "pretrained_cfg":{"tag":"sw_in12k","input_size":[3,448,448],"crop_pct":1.0,"mean":[0.1,0.2,0.3],"std":[0.4,0.5,0.6],"license":"mit"}}
            """);

        Assert.Equal((12, 448), (config.ClassCount, config.InputSize));
        Assert.Equal([0.1, 0.2, 0.3], config.Preprocessing.Mean);
        Assert.Equal(1e-5, ((EfficientNetBlueprint)config.Blueprint).Epsilon);
        Assert.Equal("mit", config.Provenance["license"]);
    }

    [Fact]
    public void NetworksThatTimmTookFromTensorFlowPadAsItDoes()
    {
        var blueprint = (EfficientNetBlueprint)KnownArchitectures.FindNetwork("tf_efficientnet_b0.ns_jft_in1k")!.Blueprint;

        Assert.Equal((true, 1e-3), (blueprint.PadsAsTensorFlow, blueprint.Epsilon));
    }

    [Fact]
    public void TheNameOfAFamilyIsRefusedWithTheNamesOfItsNetworks() => Assert.Contains(
        "'architecture' is 'densenet', a family; expected the name of a network of it, one of densenet121, densenet161",
        Assert.Throws<WeightsFormatException>(() => Read("""{"architecture":"densenet","classes":10,"inputSize":64,"preprocessing":"x / 127.5 - 1"}""")).Message, StringComparison.Ordinal);

    [Fact]
    public void TransformOfTheInputMakesMinusOneToOneOfTheMeanAndDeviationOfImageNet()
    {
        LayerGraph told = Read("""{"architecture":"googlenet","preprocessing":"(x / 255 - mean) / std","mean":[0.485,0.456,0.406],"std":[0.229,0.224,0.225],"transformInput":true}""") switch
        {
            var config => config.Blueprint.Build(config.Preprocessing),
        };
        using var scope = TorchSharp.torch.NewDisposeScope();
        TorchSharp.torch.Tensor picture = Goldens.FormulaTensors.Picture(32);
        var pass = new ForwardPass(ForwardPlan.ForAll(told.Layers[0]), picture);
        told.Layers[0].Load(new WeightsReader(new Goldens.FormulaTensors([]), TorchSharp.torch.CPU, TorchSharp.torch.ScalarType.Float32));

        Assert.True((told.Layers[0].Compute(pass) - (picture * 2 - 1)).abs().max().item<float>() < 1e-5);
    }

    [Theory]
    [InlineData("""{"architecture":"googlenet","transformInput":1}""", "'transformInput' is 1; expected true or false")]
    [InlineData("""{"architecture":"bvlc_googlenet","transformInput":true}""", "that is of torchvision's network")]
    [InlineData("""{"architecture":"vgg11_bn","batchNorm":"folded"}""", "'batchNorm' is told; expected no such field")]
    [InlineData("""{"architecture":"bvlc_googlenet","batchNorm":"separate"}""", "'batchNorm' is told; expected no such field")]
    [InlineData("""{"architecture":"vgg11","classifierWidth":0}""", "'classifierWidth' is 0")]
    [InlineData("""{"architecture":"resnet50","mean":[0,0,0]}""", "'preprocessing' is missing")]
    [InlineData("""{"architecture":"resnet50","inputChannels":4}""", "'preprocessing' is missing")]
    public void WhatCannotBeIsRefused(string config, string told)
        => Assert.Contains(told, Assert.Throws<WeightsFormatException>(() => Read(config)).Message, StringComparison.Ordinal);

    private static WeightsConfig Read(string config) => WeightsConfig.Read(new MemoryStream(Encoding.UTF8.GetBytes(config)), "config.json");
}
