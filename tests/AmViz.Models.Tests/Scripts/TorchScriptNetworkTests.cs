using System.Text.Json.Nodes;
using AmViz.Weights;
using TorchSharp;

namespace AmViz.Models.Tests;

/// <summary>Programs of PyTorch 1.13; the expected numbers are those that <c>Fixtures/make_fixtures.py</c> prints.</summary>
[Collection(TorchTests.Name)]
public sealed class TorchScriptNetworkTests
{
    private const double Tolerance = 1e-5;

    private static readonly double[] ExpectedLogits = [-2.9556704, -0.7846198, 4.5267539, -3.4301603];

    [Theory]
    [InlineData("modules")]
    [InlineData("tuple")]
    [InlineData("upto")]
    public void LayersAndGradientsAreThoseOfPyTorch(string taps)
    {
        using ScriptFolder folder = Folder(taps);
        using var scope = torch.NewDisposeScope();
        using INetwork network = folder.Open().Load();
        torch.Tensor picture = TinyWeights.Picture(32, 32).requires_grad_();

        torch.Tensor stem = network.Forward(picture, "stem");
        torch.Tensor block = network.Forward(picture, "block");
        torch.Tensor logits = network.Forward(picture, "logits");

        Assert.Equal([1, 8, 16, 16], stem.shape);
        Assert.Equal(0, stem.flatten()[7].item<float>(), Tolerance);
        Assert.Equal([1, 6, 8, 8], block.shape);
        Assert.Equal(1.7647393, block.flatten()[7].item<float>(), Tolerance);
        Assert.Equal([1, 4], logits.shape);
        Assert.All(ExpectedLogits.Zip(logits.data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, Tolerance));

        network.ForwardChannels(picture, "block", torch.tensor(new[] { 3L })).mean().backward();
        Assert.Equal(59.77903747558594, picture.grad!.abs().sum().item<float>(), 1e-3);
    }

    [Fact]
    public void DescriptionIsThatOfTheConfiguration()
    {
        using ScriptFolder folder = ScriptFolder.Modules();
        folder.Config["parameters"] = 1234;
        NetworkDescription description = folder.Open().Description;

        Assert.Equal("torchscript", description.Architecture);
        Assert.Equal(1234, description.Parameters!.Total);
        Assert.Equal(["stem", "block", "logits"], description.Layers(32).Select(layer => layer.Name));
        LayerInfo block = description.FindLayer("block", 64);
        Assert.Equal((LayerKind.Activation, 6, 16, 16), (block.Kind, block.ChannelCount, block.Height, block.Width));
        Assert.True(block.IsDefaultTap);
        Assert.Equal((4, 1, 1), (description.FindLayer("logits", 64).ChannelCount, description.FindLayer("logits", 64).Height, description.FindLayer("logits", 64).Width));
    }

    [Fact]
    public void EachPictureHasItsOwnChannel()
    {
        using ScriptFolder folder = ScriptFolder.Tuple();
        using var scope = torch.NewDisposeScope();
        using INetwork network = folder.Open().Load();
        torch.Tensor pictures = torch.rand(3, 3, 48, 48);

        torch.Tensor all = network.Forward(pictures, "block");
        torch.Tensor one = network.ForwardChannels(pictures, "block", torch.tensor(new[] { 5L, 0L, 2L }));

        Assert.Equal([3, 12, 12], one.shape);
        Assert.Equal(all[1][0].data<float>().ToArray(), one[1].data<float>().ToArray());
        Assert.Equal(all[2][2].data<float>().ToArray(), one[2].data<float>().ToArray());
        Assert.Equal([3, 1, 1], network.ForwardChannels(pictures, "logits", torch.tensor(new[] { 0L, 1L, 3L })).shape);
    }

    [Fact]
    public void TokensComeAsRows()
    {
        using var folder = new ScriptFolder(
            "script_tokens.pt", "tuple", new JsonObject { ["name"] = "tokens", ["kind"] = "tokens", ["channels"] = 5, ["height"] = 16 }, new JsonObject { ["name"] = "mean", ["kind"] = "logits" });
        folder.Config["classes"] = 5;
        folder.Config["sizeStep"] = 8;
        using var scope = torch.NewDisposeScope();
        NetworkSource source = folder.Open();
        using INetwork network = source.Load();
        torch.Tensor picture = torch.rand(1, 3, 32, 32);

        torch.Tensor tokens = network.Forward(picture, "tokens");

        Assert.Equal([1, 5, 16, 1], tokens.shape);
        Assert.True(torch.allclose(tokens.mean([2, 3]), network.Forward(picture, "logits"), 1e-5, 1e-6));
        Assert.Throws<ImageSizeException>(() => source.Description.Layers(33));
    }

    [Fact]
    public void ModulesThatAreOnlyRunAreNotListed()
    {
        using var folder = new ScriptFolder("script_modules.pt", "modules", new JsonObject { ["name"] = "stem.0" }, new JsonObject { ["name"] = "relu", ["module"] = "stem.1", ["channels"] = 8, ["height"] = 16, ["width"] = 16 });
        using var scope = torch.NewDisposeScope();
        NetworkSource source = folder.Open();
        using INetwork network = source.Load();

        Assert.Equal("relu", Assert.Single(source.Description.LayerShapes).Name);
        Assert.True(network.Forward(torch.rand(1, 3, 32, 32), "relu").min().item<float>() >= 0);
    }

    [Fact]
    public void NoTensorIsLeftBehind()
    {
        using ScriptFolder folder = ScriptFolder.Modules();
        NetworkSource source = folder.Open();
        using torch.Tensor picture = TinyWeights.Picture(32, 32);
        using (INetwork warm = source.Load())
        {
            warm.Forward(picture, "logits").Dispose();
        }

        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (INetwork network = source.Load())
        {
            network.Forward(picture, "logits").Dispose();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void WhatDoesNotFitTheProgramIsAnErrorThatSaysSo()
    {
        static string Fails(ScriptFolder folder, string layer, Action<JsonObject> change)
        {
            using (folder)
            {
                change(folder.Config);
                using INetwork network = folder.Open().Load();
                using torch.Tensor picture = torch.rand(1, 3, 32, 32);
                return Assert.Throws<WeightsFormatException>(() => network.Forward(picture, layer)).Message;
            }
        }

        Assert.Contains("has no module 'torso'. It has stem, stem.0, stem.1, block, head", Fails(ScriptFolder.Modules(), "block", config => config["layers"]![0]!["module"] = "torso"), StringComparison.Ordinal);
        Assert.Contains("layer 'block' gives [1, 6, 8, 8]", Fails(ScriptFolder.Modules(), "block", config => config["layers"]![1]!["channels"] = 7), StringComparison.Ordinal);
        Assert.Contains("fails at layer 'logits'", Fails(ScriptFolder.Modules(), "logits", config => config["layers"]![2]!["input"] = "direct"), StringComparison.Ordinal);
        Assert.Contains("fails at layer 'stem'", Fails(ScriptFolder.Modules(), "stem", config => config["taps"] = "upto"), StringComparison.Ordinal);
        Assert.Contains("forward gives one tensor", Fails(ScriptFolder.Modules(), "stem", config => config["taps"] = "tuple"), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryProblemOfADescriptionIsToldAtOnce()
    {
        using var folder = new ScriptFolder("script_tuple.pt", "all", new JsonObject { ["channels"] = -1 }, new JsonObject { ["name"] = "a", ["kind"] = "picture" }, new JsonObject { ["name"] = "a", ["input"] = "max" });

        folder.Config["sizeStep"] = 7;

        var error = Assert.Throws<WeightsFormatException>(() => folder.Open());

        Assert.All(
            ["'taps' is 'all'", "'inputSize' is 32 and 'sizeStep' is 7", "layers[0]: 'name' is missing", "layers[0]: 'channels' is -1", "layers[1]: 'kind' is 'picture'", "layers[2]: 'input' is 'max'", "'a' twice"],
            problem => Assert.Contains(problem, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void ProgramsAndTensorsAreNotTakenForEachOther()
    {
        using ScriptFolder program = ScriptFolder.Modules();
        program.Config["architecture"] = "mobilenet_v1";
        program.Config["padding"] = "TensorFlow SAME";
        program.Config["activation"] = "relu6";
        program.Config["width"] = 1;
        program.Config["batchNorm"] = "separate";
        Assert.Contains("is a TorchScript program, but config.json describes a mobilenet_v1", Assert.Throws<WeightsFormatException>(() => program.Open()).Message, StringComparison.Ordinal);

        using var tensors = new ScriptFolder("state_dict.pth", "modules", ScriptFolder.Stem);
        Assert.Contains("is no TorchScript program", Assert.Throws<WeightsFormatException>(() => tensors.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ProgramThatChangedOrIsAskedForAnotherNumberFormatIsRefused()
    {
        using ScriptFolder folder = ScriptFolder.Modules();
        NetworkSource source = folder.Open();
        Assert.Contains("its own number format", Assert.Throws<WeightsFormatException>(() => source.Load(type: torch.ScalarType.Float64)).Message, StringComparison.Ordinal);
        File.AppendAllText(Path.Combine(folder.Root, "net.pt"), "more");

        Assert.Contains("changed since they were opened", Assert.Throws<WeightsFormatException>(() => source.Load()).Message, StringComparison.Ordinal);
    }

    private static ScriptFolder Folder(string taps) => taps switch { "tuple" => ScriptFolder.Tuple(), "upto" => ScriptFolder.UpTo(), _ => ScriptFolder.Modules() };
}
