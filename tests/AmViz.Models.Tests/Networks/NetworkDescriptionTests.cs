using CsCheck;

namespace AmViz.Models.Tests;

[Collection(TorchTests.Name)]
public sealed class NetworkDescriptionTests
{
    private static readonly NetworkDescription Separate = TinyWeights.Separate().Open().Description;
    private static readonly NetworkDescription Folded = TinyWeights.Folded().Open().Description;

    [Fact]
    public void LayersComeInTheOrderOfComputationWithKindsAndSizes()
    {
        IReadOnlyList<LayerInfo> layers = Separate.Layers(224);

        Assert.Equal(27 * 3 + 1, layers.Count);
        Assert.Equal(
            [
                new LayerInfo("conv1", LayerKind.Convolution, 2, 112, 112),
                new LayerInfo("conv1_bn", LayerKind.BatchNormalization, 2, 112, 112) { IsDefaultTap = true },
                new LayerInfo("conv1_relu", LayerKind.Activation, 2, 112, 112),
                new LayerInfo("conv_dw_1", LayerKind.DepthwiseConvolution, 2, 112, 112),
                new LayerInfo("conv_dw_1_bn", LayerKind.BatchNormalization, 2, 112, 112) { IsDefaultTap = true },
                new LayerInfo("conv_dw_1_relu", LayerKind.Activation, 2, 112, 112),
                new LayerInfo("conv_pw_1", LayerKind.PointwiseConvolution, 4, 112, 112),
            ],
            layers.Take(7));
        Assert.Equal(new LayerInfo("conv_pw_13_bn", LayerKind.BatchNormalization, 64, 7, 7) { IsDefaultTap = true }, layers[^3]);
        Assert.Equal(new LayerInfo("logits", LayerKind.Logits, 10, 1, 1) { IsDefaultTap = true }, layers[^1]);
    }

    [Fact]
    public void FoldedWeightsHaveNoBareConvolutions()
    {
        Assert.Equal(27 * 2 + 1, Folded.Layers(64).Count);
        Assert.Equal(["conv1_bn", "conv1_relu", "conv_dw_1_bn"], Folded.Layers(64).Take(3).Select(layer => layer.Name));
    }

    [Theory]
    [InlineData("conv_pw_5", "conv_pw_5_bn")]
    [InlineData("conv_pw_5_bn", "conv_pw_5_bn")]
    [InlineData("conv_preds", "logits")]
    public void FoundLayerCarriesItsOwnName(string asked, string own) => Assert.Equal(own, Folded.FindLayer(asked, 64).Name);

    [Fact]
    public void BareConvolutionIsItselfWhereBatchNormIsSeparate() =>
        Assert.Equal(LayerKind.PointwiseConvolution, Separate.FindLayer("conv_pw_5", 64).Kind);

    [Theory]
    [InlineData("conv_pw5", "'conv_pw_5'")]
    [InlineData("CONV_PW_5_BN", "'conv_pw_5_bn'")]
    [InlineData("logit", "'logits'")]
    [InlineData("conv_pw_14_bn", "'conv_pw_1_bn' or 'conv_pw_4_bn'")]
    public void UnknownLayerOffersTheNearestNames(string asked, string offered)
    {
        var error = Assert.Throws<UnknownLayerException>(() => Separate.FindLayer(asked, 64));

        Assert.Contains($"has no layer '{asked}' among its 82", error.Message, StringComparison.Ordinal);
        Assert.Contains(offered, error.Message, StringComparison.Ordinal);
        Assert.Contains("'amviz models show tiny' lists them.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NameUnlikeAnyOtherOffersNothing()
    {
        var error = Assert.Throws<UnknownLayerException>(() => Separate.FindLayer(new string('x', 10_000), 64));

        Assert.DoesNotContain("Did you mean", error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 300);
    }

    [Theory]
    [InlineData("conv_pw_13")]
    [InlineData("conv_pw_13_bn")]
    [InlineData("conv_pw_13_relu")]
    [InlineData("logits")]
    [InlineData("conv_preds")]
    public void LayerPastTheEndOfPartialWeightsNamesTheEndAndTheReason(string layer)
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Remove("conv_pw_13.weight");
        NetworkDescription partial = tiny.Open().Description;

        var error = Assert.Throws<UnknownLayerException>(() => partial.FindLayer(layer, 64));

        Assert.Contains("weights end at 'conv_dw_13_relu' because tensor 'conv_pw_13.weight' is missing", error.Message, StringComparison.Ordinal);
        Assert.Equal("conv_dw_13_relu", partial.Layers(64)[^1].Name);
        Assert.Contains("1 of 137 tensors are missing, and with them the layers that need them: 'conv_pw_13.weight'.", partial.Warnings);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(8193)]
    [InlineData(int.MaxValue)]
    public void SizeOutOfRangeIsRefused(int size)
    {
        Assert.Throws<ImageSizeException>(() => Separate.Layers(size));
        Assert.Throws<ImageSizeException>(() => Separate.FindLayer("logits", size));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10)]
    public void ChannelOutOfRangeNamesTheRange(int channel)
    {
        var error = Assert.Throws<ChannelOutOfRangeException>(() => Separate.FindLayer("logits", 64).RequireChannel(channel));

        Assert.Contains($"has no channel {channel}: it has 10. Choose one from 0 to 9.", error.Message, StringComparison.Ordinal);
        Separate.FindLayer("logits", 64).RequireChannel(9);
    }

    [Fact]
    public void EditDistanceIsAMetricOnNames()
    {
        Gen<string> name = Gen.String[Gen.Char["ab_1"], 0, 8];
        Gen.Select(name, name, name).Sample((a, b, c) =>
        {
            int ab = NearestNames.Distance(a, b);
            Assert.Equal(string.Equals(a, b, StringComparison.Ordinal), ab == 0);
            Assert.Equal(ab, NearestNames.Distance(b, a));
            Assert.True(ab <= NearestNames.Distance(a, c) + NearestNames.Distance(c, b));
            Assert.True(ab <= Math.Max(a.Length, b.Length));
        });
    }

    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("conv_pw_5", "conv_pw_5_bn", 3)]
    [InlineData("", "abc", 3)]
    public void EditDistanceCountsInsertionsRemovalsAndReplacements(string a, string b, int distance) =>
        Assert.Equal(distance, NearestNames.Distance(a, b));
}
