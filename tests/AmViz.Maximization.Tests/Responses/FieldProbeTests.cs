using AmViz.Models;
using AmViz.Responses;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Responses;

[Collection(TorchTests.Name)]
public sealed class FieldProbeTests
{
    /// <summary>conv1 has 3 by 3 and stride 2, conv_dw_1 3 by 3 on top (3 + 2 * 2), conv_dw_2 3 by 3 with stride 2 (7 + 2 * 2); SAME pads stride 2 at the end alone.</summary>
    [Theory]
    [InlineData("conv1_bn", 3, 2, 0)]
    [InlineData("conv_dw_1_bn", 7, 2, -2)]
    [InlineData("conv_pw_2_bn", 11, 4, -2)]
    public void TheFieldIsThatOfKernelsStridesAndPadding(string layer, int size, int stride, int offset)
    {
        using INetwork network = TinyWeights.Separate().Load();
        var axis = new FieldAxis(size, stride, offset);
        Assert.Equal(new ReceptiveField(axis, axis), new FieldProbe(network).Theoretical(Layer(network, layer, 64), 64));
    }

    [Fact]
    public void LogitsSeeTheWholePicture()
    {
        using INetwork network = TinyWeights.Separate().Load();
        Assert.Equal(ReceptiveField.Whole(32), new FieldProbe(network).Theoretical(Layer(network, "logits", 32), 32));
    }

    [Fact]
    public void AValueOfOnePixelHasAnEffectiveFieldOfThatPixel()
    {
        using INetwork network = new HandSetNetwork();
        using var scope = NewDisposeScope();
        var boxes = new FieldProbe(network).Effective(rand(2, 3, 32, 32), HandSetNetwork.Colours, [0, 2], [(5 * 32) + 7, 31]);
        Assert.Equal([new PixelBox(7, 5, 1, 1), new PixelBox(31, 0, 1, 1)], boxes.Select(box => box!.Value));
    }

    [Fact]
    public void AMeanOfAllPixelsLeavesATwentiethOutAtEachSide()
    {
        using INetwork network = new HandSetNetwork();
        using var scope = NewDisposeScope();
        var box = new FieldProbe(network).Effective(rand(1, 3, 40, 40), "logits", [1], [0])[0];
        Assert.Equal(new PixelBox(2, 2, 36, 36), box);
    }

    [Fact]
    public void WhatNothingMovesHasNone()
    {
        using INetwork network = new HandSetNetwork();
        using var scope = NewDisposeScope();
        Assert.Null(new FieldProbe(network).Effective(rand(1, 3, 32, 32), HandSetNetwork.Half, [1], [0])[0]);
    }

    private static RespondingLayer Layer(INetwork network, string name, int size)
    {
        var layer = network.Description.FindLayer(name, size);
        return new(layer.Name, layer.ChannelCount, layer.Height, layer.Width, layer.PrefixTokens, layer.Kind == LayerKind.Tokens, []);
    }
}
