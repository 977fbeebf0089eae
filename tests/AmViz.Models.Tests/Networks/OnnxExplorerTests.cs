using System.Text.Json;
using AmViz.TestKit;
using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models.Tests.Networks;

[Collection(TorchTests.Name)]
public sealed class OnnxExplorerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheProposedConfigurationIsEnoughToOpenTheModel()
    {
        var report = Explore(SmallModel.Network());
        Assert.Null(report.Error);
        Assert.Equal(
            [
                "It has 7 layers, 3 of them drawn unless others are named; 'amviz models show --weights' lists them.",
                "Pictures of 16 x 16 pixels are drawn, and no others: a size is fixed inside it.",
                "Correct 'preprocessing' (or 'mean' and 'std') to what the network was trained with, name 'labels' if there are any, and say where it comes from.",
            ],
            report.Notes);

        File.WriteAllText(_folder.At("config.json"), report.Config!.Value.GetRawText());
        var network = WeightsFolder.Open(_folder.Path);
        Assert.Equal(("onnx", 16, 10), (network.Description.Architecture, network.Description.InputSize, network.Description.Labels.Count));
        Assert.DoesNotContain(network.Warnings, warning => warning.Contains("sha256", StringComparison.Ordinal));
    }

    [Fact]
    public void OfAFreeSizeTheAskedOneIsTriedAndHasToBeCorrected()
    {
        var report = Explore(Convolutional(-1).Output("scores"), size: 40);
        Assert.Equal((40, 4), (Field(report, "inputSize").GetInt32(), Field(report, "classes").GetInt32()));
        Assert.Contains(report.Notes, note => note.StartsWith("It was exported for pictures of any size: correct 'inputSize'", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatTheGraphPreparesNeedsNoCorrection()
    {
        using var half = full([1, 1, 1, 1], 0.5f);
        var report = Explore(Convolutional(16, model => model.Constant("mean", half).Node("Sub", "centred", ["x", "mean"]), "centred").Output("scores"));
        Assert.Equal("(x / 255 - mean) / std", Field(report, "preprocessing").GetString());
        Assert.Contains("It prepares pixels itself, and 'preprocessing' is what it takes. Name 'labels' if there are any, and say where it comes from.", report.Notes);
    }

    [Fact]
    public void WhatItEndsInIsTold()
    {
        var report = Explore(Convolutional(16).Node("Softmax", "probabilities", ["scores"]).Output("probabilities"));
        Assert.Contains("It ends in a Softmax: 'logits' is what goes into it.", report.Notes);
    }

    [Fact]
    public void AGraphWithoutClassesSaysSo()
    {
        var report = Explore(Convolutional(16).Output("relu1"));
        Assert.Equal(0, Field(report, "classes").GetInt32());
        Assert.Contains("It tells no classes apart, so there is nothing to classify or attack with it.", report.Notes);
    }

    [Fact]
    public void AGradientThatDoesNotComeBackIsTold()
    {
        var report = Explore(Convolutional(16, model => model.Node("Round", "rounded", ["x"]), "rounded").Output("scores"));
        Assert.Contains(report.Notes, note => note.StartsWith("From 'logits' no gradient comes back", StringComparison.Ordinal));
    }

    [Fact]
    public void WeightsThatAreNoNumbersAreNotProposed()
    {
        using var broken = full([4], float.NaN);
        var report = Explore(Convolutional(16).Constant("broken", broken).Node("Add", "bad", ["scores", "broken"]).Output("bad"));
        Assert.Null(report.Config);
        Assert.Contains("numbers that are not finite", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatCannotBeTakenIsAnErrorOfTheReport()
    {
        Assert.Equal("its pictures have 3 channels, not 1; leave out --channels", Explore(SmallModel.Network(), channels: 1).Error);
        Assert.Contains("The model was exported for", Explore(SmallModel.Network(), size: 32).Error, StringComparison.Ordinal);
        File.WriteAllText(_folder.At("net.onnx"), "text");
        Assert.StartsWith("is no ONNX model", OnnxExplorer.Explore(_folder.At("net.onnx"), size: null).Error, StringComparison.Ordinal);
    }

    private static JsonElement Field(ProbeReport report, string name) => report.Config!.Value.GetProperty(name);

    private static SmallModel Convolutional(long size, Action<SmallModel>? prepare = null, string prepared = "x")
    {
        var model = new SmallModel().Input("x", 1, 3, size, size).Weight("w", 4, 3, 3, 3);
        prepare?.Invoke(model);
        return model.Node("Conv", "conv1", [prepared, "w"]).Node("Relu", "relu1", ["conv1"]).Node("GlobalAveragePool", "pooled", ["relu1"]).Node("Flatten", "scores", ["pooled"]);
    }

    private ProbeReport Explore(SmallModel model, int? size = null, int? channels = null)
    {
        File.WriteAllBytes(_folder.At("net.onnx"), model.Bytes);
        return OnnxExplorer.Explore(_folder.At("net.onnx"), size, channels);
    }
}
