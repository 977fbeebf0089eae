using System.Text.Json;
using AmViz.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models.Tests;

/// <summary>Programs of kinds that users of other tools reported: what the probe proposes of them opens and runs, or it says why not.</summary>
[Collection(TorchTests.Name)]
public sealed class ReportedProgramsTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("amviz-reported-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    // foolbox #360 and #664, adversarial-robustness-toolbox #306
    [Fact]
    public void OneOutputIsTwoClassesWhoseProbabilitiesAreItsSigmoid()
    {
        using var scope = NewDisposeScope();
        using INetwork network = Proposed("script_one_output.pt").Load();
        Tensor picture = TinyWeights.Picture(32, 32);

        Tensor logits = network.Forward(picture, "logits");

        Assert.Equal(2, network.Description.Labels.Count);
        Assert.Equal(2, network.Description.FindLayer("logits", 32).ChannelCount);
        Assert.Equal([1L, 2L], logits.shape);
        float output = logits[0, 1].item<float>() * 2;
        Assert.NotEqual(0, output);
        Assert.Equal(1 / (1 + Math.Exp(-output)), new Classifier(network).Top(picture, 2).Single(score => score.Index == 1).Probability, 1e-6);
        Assert.Equal(-output / 2, network.ForwardChannels(picture, "logits", tensor(0L).view(1)).item<float>(), 1e-6);
    }

    [Theory]
    [InlineData(null, new[] { "class 0", "class 1" })]
    [InlineData(new[] { "cat", "dog" }, new[] { "cat", "dog" })]
    [InlineData(new[] { "dog" }, new[] { "not dog", "dog" })]
    public void OneOutputOfAKnownArchitectureIsTwoClassesAsWell(string[]? labels, string[] expected)
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Config["classes"] = 1;
        tiny.Labels = labels is null ? null : JsonSerializer.Serialize(labels);
        tiny.Set("conv_preds.weight", [1, 64, 1, 1], [.. tiny.Values["conv_preds.weight"].Take(64)]);
        tiny.Set("conv_preds.bias", [1], [0.25f]);
        using var scope = NewDisposeScope();
        using GraphNetwork network = tiny.Load();
        Tensor picture = TinyWeights.Picture(32, 32);

        Tensor logits = network.Forward(picture, "logits");

        Assert.Equal(expected, network.Description.Labels);
        Assert.Equal(0, logits.sum().item<float>(), 1e-6);
        Assert.Equal(logits[0, 0].item<float>(), network.ForwardChannels(picture, "logits", tensor(0L).view(1)).item<float>(), 1e-6);
        Assert.Equal(logits[0, 1].item<float>(), network.ForwardChannels(picture, "logits", tensor(1L).view(1)).item<float>(), 1e-6);
    }

    // keras-vis #87, #237
    [Fact]
    public void SoftmaxAtTheEndIsLeftOutAndWhatChangesNothingIsNotListed()
    {
        ProbeReport report = ScriptExplorer.Explore(Fixture.Path("script_probabilities.pt"), 32);

        Assert.Equal(["conv", "act", "pool", "hidden", "logits"], LayersOf("script_probabilities.pt"));
        Assert.Contains(report.Notes, note => note.Contains("softmax", StringComparison.Ordinal));
        using var scope = NewDisposeScope();
        using INetwork network = Proposed("script_probabilities.pt").Load();
        Assert.NotEqual(1, network.Forward(TinyWeights.Picture(32, 32), "logits").sum().item<float>(), 1e-3);
        Assert.Equal([1L, 5L, 1L, 1L], network.Forward(TinyWeights.Picture(32, 32), "hidden").shape);
    }

    // pytorch/vision #6121 and #1273, captum #156
    [Fact]
    public void ClassesThatComeFirstAreFoundAndALayerThatWasOverwrittenIsSaid()
    {
        ProbeReport report = ScriptExplorer.Explore(Fixture.Path("script_overwritten.pt"), 32);

        Assert.Equal(["logits", "output_1", "output_2"], LayersOf("script_overwritten.pt"));
        Assert.Contains(report.Notes, note => note.Contains("'output_1' and 'output_2' are the same numbers", StringComparison.Ordinal));
        Assert.Contains(report.Notes, note => note.Contains("probabilities", StringComparison.Ordinal));
        using var scope = NewDisposeScope();
        using INetwork network = Proposed("script_overwritten.pt").Load();
        Tensor logits = network.Forward(TinyWeights.Picture(32, 32), "logits");
        Assert.Equal(1, logits.exp().sum().item<float>(), 1e-5);
    }

    // captum #1199, pytorch-image-models #2397
    [Theory]
    [InlineData("script_half.pt", 2e-2)]
    [InlineData("script_bfloat.pt", 1e-1)]
    [InlineData("script_double.pt", 1e-4)]
    public void ProgramsOfOtherNumberFormatsAreRunInFloat32(string fixture, double tolerance)
    {
        using var scope = NewDisposeScope();
        using ScriptFolder whole = ScriptFolder.Modules();
        using INetwork expected = whole.Open().Load();
        using INetwork network = Proposed(fixture).Load();
        Tensor picture = TinyWeights.Picture(32, 32);

        Tensor logits = network.Forward(picture, "logits");

        Assert.Equal(ScalarType.Float32, logits.dtype);
        Assert.True(allclose(logits, expected.Forward(picture, "logits"), tolerance, tolerance), $"{logits.cstr()}");
    }

    // foolbox and captum users with dictionaries, several inputs; pytorch #38472
    [Theory]
    [InlineData("script_named.pt", "neither a tensor nor a tuple of tensors")]
    [InlineData("script_two_pictures.pt", "torch says")]
    [InlineData("script_one_at_a_time.pt", "one picture at a time")]
    public void WhyAProgramCannotBeUsedAsItIsIsSaid(string fixture, string told)
    {
        ProbeReport report = ScriptExplorer.Explore(Fixture.Path(fixture), 32);

        Assert.Null(report.Error);
        Assert.Contains(report.Notes, note => note.Contains(told, StringComparison.Ordinal));
    }

    private static IEnumerable<string?> LayersOf(string fixture) =>
        ScriptExplorer.Explore(Fixture.Path(fixture), 32).Config!.Value.GetProperty("layers").EnumerateArray()
            .Where(layer => layer.TryGetProperty("channels", out _)).Select(layer => layer.GetProperty("name").GetString());

    private NetworkSource Proposed(string fixture)
    {
        ProbeReport report = ScriptExplorer.Explore(Fixture.Path(fixture), 32);
        Assert.NotNull(report.Config);
        File.Copy(Fixture.Path(fixture), Path.Combine(root, "net.pt"), overwrite: true);
        File.WriteAllText(Path.Combine(root, "config.json"), report.Config!.Value.GetRawText());
        return NetworkCatalogue.Open("reported", root);
    }
}
