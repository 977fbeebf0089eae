using AmViz.Models;
using AmViz.Sweeps;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Objectives;

[Collection(TorchTests.Name)]
public sealed class ObjectiveTests
{
    private static readonly ObjectiveSettings Channel = new();

    [Fact]
    public void ChannelIsTheMeanOverAllPositions()
    {
        using var scope = NewDisposeScope();
        var images = rand(2, 3, 32, 32);

        var values = Evaluate(Channel, HandSetNetwork.Colours, images, 0, 2);

        Assert.Equal(images[0, 0].mean().item<float>(), values[0], 1e-6f);
        Assert.Equal(images[1, 2].mean().item<float>(), values[1], 1e-6f);
    }

    [Fact]
    public void NeuronIsOnePositionAndTheMiddleUnlessTold()
    {
        using var scope = NewDisposeScope();
        var images = rand(1, 3, 32, 32);

        Assert.Equal(images[0, 1, 16, 16].item<float>(), Evaluate(new() { Kind = ObjectiveKind.Neuron }, HandSetNetwork.Colours, images, 1)[0]);
        Assert.Equal(images[0, 1, 7, 2].item<float>(), Evaluate(new() { Kind = ObjectiveKind.Neuron, Row = 7, Column = 2 }, HandSetNetwork.Colours, images, 1)[0]);
    }

    [Fact]
    public void HiddenDimensionIsAveragedOverTheTokensThatAreAskedFor()
    {
        using var scope = NewDisposeScope();
        var images = rand(1, 3, 32, 32);
        float Of(TokenSelection? tokens) => Evaluate(new() { Tokens = tokens }, HandSetNetwork.Tokens, images, 1)[0];
        var (first, rows) = (images[0, 1, 0, 0].item<float>(), images[0, 1].mean().item<float>());

        Assert.Equal(first, Of(TokenSelection.Class), 1e-6f);
        Assert.Equal(rows, Of(TokenSelection.Patches), 1e-6f);
        Assert.Equal((first + 32 * rows) / 33, Of(TokenSelection.All), 1e-6f);
        Assert.Equal(Of(TokenSelection.All), Of(null));
    }

    [Fact]
    public void ChoiceOfTokensOnALayerWithoutAClassTokenIsRefused()
    {
        using var scope = NewDisposeScope();

        var error = Assert.Throws<ChannelRenderException>(() => Evaluate(new() { Tokens = TokenSelection.Class }, HandSetNetwork.Colours, rand(1, 3, 32, 32), 1));

        Assert.Contains("has no class token", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TermsAreAWeightedSumOverLayersAndChannels()
    {
        using var scope = NewDisposeScope();
        var images = rand(2, 3, 32, 32);
        var settings = new ObjectiveSettings
        {
            Terms = [new() { Channel = 1, Weight = -2 }, new() { Channel = 2, Weight = 0.5 }, new() { Layer = "logits", Channel = 0, Weight = 3 }],
        };

        var values = Evaluate(settings, HandSetNetwork.Colours, images, 0, 0);

        for (var n = 0; n < 2; n++)
        {
            float Mean(int colour) => images[n, colour].mean().item<float>();
            Assert.Equal(Mean(0) - 2 * Mean(1) + 0.5f * Mean(2) + 3 * Mean(0), values[n], 1e-5f);
        }
    }

    [Fact]
    public void ProbabilityIsTheSoftmaxOfTheLogits()
    {
        using var scope = NewDisposeScope();
        var images = rand(1, 3, 32, 32);

        var value = Evaluate(new() { Kind = ObjectiveKind.Probability }, "logits", images, 2)[0];

        Assert.Equal(images.mean([2, 3]).softmax(1)[0, 2].item<float>(), value, 1e-6f);
    }

    private static float[] Evaluate(ObjectiveSettings settings, string layer, Tensor images, params long[] channels)
    {
        using var network = new HandSetNetwork();
        return [.. Objective.Of(settings, layer).Evaluate(network, images, tensor(channels)).data<float>()];
    }
}
