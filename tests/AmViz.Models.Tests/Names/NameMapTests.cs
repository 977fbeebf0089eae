using AmViz.Models.Tests.Goldens;
using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models.Tests;

[Collection(TorchTests.Name)]
public sealed class NameMapTests
{
    [Theory]
    [InlineData("conv1/kernel:0", new long[] { 7, 5, 3, 2 }, "conv1.weight", new long[] { 2, 3, 7, 5 })]
    [InlineData("predictions/kernel:0", new long[] { 3, 2 }, "predictions.weight", new long[] { 2, 3 })]
    [InlineData("conv_dw_1/depthwise_kernel:0", new long[] { 7, 5, 3, 1 }, "conv_dw_1.weight", new long[] { 3, 1, 7, 5 })]
    [InlineData("conv1_bn/gamma:0", new long[] { 3 }, "conv1_bn.weight", new long[] { 3 })]
    [InlineData("conv1_bn/moving_variance", new long[] { 3 }, "conv1_bn.running_var", new long[] { 3 })]
    [InlineData("model_weights/conv1/conv1/bias:0", new long[] { 3 }, "conv1.bias", new long[] { 3 })]
    [InlineData("conv1.weight", new long[] { 7, 5, 3, 2 }, "conv1.weight", new long[] { 7, 5, 3, 2 })]
    public void TensorsOfKerasGetOurNamesAndOurOrderOfAxes(string theirs, long[] stored, string ours, long[] shape)
    {
        using var file = new NameMap(KerasNames.Rules).Apply(new FormulaTensors([(theirs, stored)]));

        Assert.Equal(shape, file.Tensors[ours].Shape);
        Assert.Single(file.Tensors);
    }

    [Fact]
    public void ValuesMoveWithTheirAxes()
    {
        using var scope = NewDisposeScope();
        Tensor stored = new FormulaTensors([("conv1/kernel:0", [2, 3, 4, 5])]).Read("conv1/kernel:0");
        using var file = new NameMap(KerasNames.Rules).Apply(new FormulaTensors([("conv1/kernel:0", [2, 3, 4, 5])]));

        Tensor read = file.Read("conv1.weight");

        Assert.Equal(stored[1, 2, 3, 4].item<float>(), read[4, 3, 1, 2].item<float>());
        Assert.Equal(stored[0, 1, 2, 0].item<float>(), read[0, 2, 0, 1].item<float>());
        Assert.True(read.is_contiguous());
    }

    [Fact]
    public void QueryKeyAndValueAreJoinedInThisOrder()
    {
        using var scope = NewDisposeScope();
        (string Name, long[] Shape)[] tensors = [.. new[] { "value", "query", "key" }.Select(part => ($"vit.encoder.layer.3.attention.attention.{part}.weight", new long[] { 4, 4 }))];
        var given = new FormulaTensors(tensors);
        using var file = new NameMap(VisionTransformerNames.Rules).Apply(new FormulaTensors(tensors));

        Tensor joint = file.Read("blocks.3.attn.qkv.weight");

        Assert.Equal([12, 4], file.Tensors["blocks.3.attn.qkv.weight"].Shape);
        foreach ((string part, int index) in new[] { ("query", 0), ("key", 1), ("value", 2) })
        {
            Assert.True(joint.narrow(0, 4 * index, 4).equal(given.Read($"vit.encoder.layer.3.attention.attention.{part}.weight")).all().item<bool>());
        }
    }

    [Fact]
    public void TensorWithAPartMissingIsMissing()
    {
        using var file = new NameMap(VisionTransformerNames.Rules).Apply(new FormulaTensors(
            [("vit.encoder.layer.0.attention.attention.query.bias", [4]), ("vit.encoder.layer.0.attention.attention.value.bias", [4])]));

        Assert.Empty(file.Tensors);
    }

    [Theory]
    [InlineData("conv2d", "conv2d_1")]
    [InlineData("conv2d_1", "conv2d_2")]
    [InlineData("conv2d_95", "conv2d_96")]
    public void NumbersOfASessionCountFromTheLowest(string first, string second)
    {
        var map = new NameMap(KerasNames.Rules) { Numbered = ["conv2d"] };
        using var file = map.Apply(new FormulaTensors([($"{second}/kernel:0", [1, 1, 2, 2]), ($"{first}/kernel:0", [1, 1, 3, 3]), ("conv2d_rest/kernel:0", [1, 1, 4, 4])]));

        Assert.Equal([3, 3, 1, 1], file.Tensors["conv2d.weight"].Shape);
        Assert.Equal([2, 2, 1, 1], file.Tensors["conv2d_1.weight"].Shape);
        Assert.Equal([4, 4, 1, 1], file.Tensors["conv2d_rest.weight"].Shape);
    }

    [Theory]
    [InlineData("conv1/kernel:0", "conv1.weight")]
    [InlineData("conv2d/kernel:0", "conv2d_0/kernel:0")]
    public void TwoTensorsForOneAreAnError(string one, string other)
    {
        var map = new NameMap(KerasNames.Rules) { Numbered = ["conv2d"] };

        Assert.Contains("Keep one of the two", Assert.Throws<WeightsFormatException>(() => map.Apply(new FormulaTensors([(one, [1]), (other, [1])]))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mobilenet_v1_tiny", "h5")]
    [InlineData("vit_hugging_face", "pth")]
    public void WeightsInTheFilesOfOtherLibrariesGiveTheirLogits(string name, string kind)
    {
        var golden = Golden.Read(name);
        using var scope = NewDisposeScope();
        using var network = GraphNetwork.Load(golden.OpenFile(Path.Combine(AppContext.BaseDirectory, "Goldens", $"{name}.{kind}")), CPU, ScalarType.Float64);

        double[] found = [.. network.Forward(FormulaTensors.Picture(golden.Size).to(ScalarType.Float64), "logits")[0].data<double>()];

        Assert.Equal(golden.Logits, found, (a, b) => Math.Abs(a - b) < 1e-6);
    }
}
