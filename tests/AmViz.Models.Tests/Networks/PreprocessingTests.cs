using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models.Tests;

/// <summary>Networks of Caffe: pixels from 0 to 255 less a mean, blue first (foolbox #161, #260; adversarial-robustness-toolbox #894).</summary>
[Collection(TorchTests.Name)]
public sealed class PreprocessingTests
{
    private static readonly double[] CaffeMean = [103.939, 116.779, 123.68];

    [Fact]
    public void BlueFirstIsAsIfTheFirstConvolutionHadItsColoursReversed()
    {
        TinyWeights caffe = TinyWeights.Separate();
        caffe.Config["preprocessing"] = "x - mean";
        caffe.Config["mean"] = CaffeMean;
        caffe.Config["channelOrder"] = "BGR";
        TinyWeights reversed = TinyWeights.Separate();
        reversed.Config["preprocessing"] = "(x / 255 - mean) / std";
        reversed.Config["mean"] = CaffeMean.Reverse().Select(value => value / 255).ToArray();
        reversed.Config["std"] = Enumerable.Repeat(1.0 / 255, 3).ToArray();
        reversed.Values["conv1.weight"] = ReverseColours(reversed.Values["conv1.weight"], reversed.Shapes["conv1.weight"]);
        using var scope = NewDisposeScope();
        using GraphNetwork ofCaffe = caffe.Load();
        using GraphNetwork expected = reversed.Load();
        Tensor picture = TinyWeights.Picture(32, 32);

        Assert.True(allclose(expected.Forward(picture, "conv_pw_5_bn"), ofCaffe.Forward(picture, "conv_pw_5_bn"), 1e-4, 1e-3));
        Assert.True(allclose(expected.Forward(picture, "logits"), ofCaffe.Forward(picture, "logits"), 1e-4, 1e-3));
    }

    [Fact]
    public void ProgramIsGivenBlueFirstAsWell()
    {
        using ScriptFolder caffe = ScriptFolder.Modules();
        caffe.Config["preprocessing"] = "x - mean";
        caffe.Config["mean"] = new System.Text.Json.Nodes.JsonArray(103.939, 116.779, 123.68);
        caffe.Config["std"] = new System.Text.Json.Nodes.JsonArray(50, 60, 70);
        caffe.Config["channelOrder"] = "BGR";
        using ScriptFolder plain = ScriptFolder.Modules();
        plain.Config["preprocessing"] = "x - mean";
        plain.Config["mean"] = new System.Text.Json.Nodes.JsonArray(103.939, 116.779, 123.68);
        plain.Config["std"] = new System.Text.Json.Nodes.JsonArray(50, 60, 70);
        using var scope = NewDisposeScope();
        using INetwork ofCaffe = caffe.Open().Load();
        using INetwork expected = plain.Open().Load();
        Tensor picture = TinyWeights.Picture(32, 32);

        Assert.True(allclose(expected.Forward(picture.flip(1), "stem"), ofCaffe.Forward(picture, "stem"), 1e-4, 1e-4));
    }

    [Theory]
    [InlineData("x - mean", null, "the field 'mean' tells a number from 0 to 255 for each of the 3 channels")]
    [InlineData("(x / 255 - mean) / std", "123", "for pixels from 0 to 255 write 'x - mean'")]
    [InlineData("caffe", null, "'channelOrder' then is 'BGR'")]
    public void WhatIsWrongIsSaidWithTheFieldThatMendsIt(string preprocessing, string? mean, string told)
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Config["preprocessing"] = preprocessing;
        tiny.Config["mean"] = mean is null ? null : Enumerable.Repeat(double.Parse(mean, System.Globalization.CultureInfo.InvariantCulture), 3).ToArray();

        Assert.Contains(told, Assert.Throws<WeightsFormatException>(() => tiny.Open()).Message, StringComparison.Ordinal);
    }

    private static float[] ReverseColours(float[] kernel, long[] shape)                 // [out, 3, rows, columns]
    {
        int plane = (int)(shape[2] * shape[3]);
        return [.. Enumerable.Range(0, kernel.Length).Select(place => kernel[(((place / plane / 3 * 3) + 2 - (place / plane % 3)) * plane) + (place % plane)])];
    }
}
