using System.Text.Json;

namespace AmViz.Models.Tests;

[Collection(TorchTests.Name)]
public sealed class ScriptExplorerTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("amviz-probe-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("script_modules.pt", "modules", new[] { "stem.0", "stem.1", "block", "logits" })]
    [InlineData("script_tuple.pt", "tuple", new[] { "output_0", "output_1", "logits" })]
    [InlineData("script_upto.pt", "upto", new[] { "step_0", "step_1", "logits" })]
    [InlineData("script_tokens.pt", "tuple", new[] { "output_0", "logits" })]
    public void ProposedDescriptionOpensAndRuns(string fixture, string taps, string[] layers)
    {
        ProbeReport report = ScriptExplorer.Explore(Fixture.Path(fixture), 32);

        Assert.Null(report.Error);
        JsonElement config = report.Config!.Value;
        Assert.Equal(taps, config.GetProperty("taps").GetString());
        Assert.Equal(layers, config.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("name").GetString()));
        Assert.Contains("Correct 'preprocessing'", Assert.Single(report.Notes), StringComparison.Ordinal);

        File.Copy(Fixture.Path(fixture), Path.Combine(root, "net.pt"));
        File.WriteAllText(Path.Combine(root, "config.json"), config.GetRawText());
        Assert.Null(ScriptExplorer.Try(root).Error);
        Assert.Equal(layers, WeightsFolder.Open(root).Description.LayerShapes.Select(layer => layer.Name));
    }

    [Theory]
    [InlineData("script_grey.pt")]
    [InlineData("script_grey_traced.pt")]
    public void PicturesOfOneChannelAndAModuleThatIsCalledTwiceAreFoundOut(string fixture)
    {
        ProbeReport report = ScriptExplorer.Explore(Fixture.Path(fixture), 14);

        JsonElement config = report.Config!.Value;
        Assert.Equal(1, config.GetProperty("inputChannels").GetInt32());
        Assert.Equal(["conv1", "act", "pool", "conv2", "act_call2", "logits"], config.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("name").GetString()));

        File.Copy(Fixture.Path(fixture), Path.Combine(root, "net.pt"));
        File.WriteAllText(Path.Combine(root, "config.json"), config.GetRawText());
        Assert.Null(ScriptExplorer.Try(root).Error);
        NetworkDescription description = WeightsFolder.Open(root).Description;
        Assert.Equal(["grey"], description.InputChannels);
        Assert.Equal((14, 14), (description.InputSize, description.SmallestInput));
    }

    [Fact]
    public void WhereNoPictureIsTakenTheReportSaysWhatWasTriedAndWhy()
    {
        ProbeReport report = ScriptExplorer.Explore(Fixture.Path("script_grey.pt"), 32);

        Assert.Null(report.Config);
        string note = Assert.Single(report.Notes);
        Assert.Contains("with pictures of 32 x 32 pixels and 3 or 1 or 4 or 2 channels; of (x) with 3 torch says: ", note, StringComparison.Ordinal);
        Assert.Contains("--size and --channels", note, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNoProgramIsAnErrorOfTheReport()
    {
        Assert.Contains("cannot be loaded", ScriptExplorer.Explore(Fixture.Path("state_dict.pth"), 32).Error, StringComparison.Ordinal);
        Assert.Contains("cannot be loaded", ScriptExplorer.Explore(Path.Combine(root, "none.pt"), 32).Error, StringComparison.Ordinal);
        Assert.Contains("config.json: is missing", ScriptExplorer.Try(root).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ReportSurvivesTheWayFromOneProcessToTheOther()
    {
        ProbeReport report = ScriptExplorer.Explore(Fixture.Path("script_tuple.pt"), 32);

        ProbeReport read = JsonSerializer.Deserialize<ProbeReport>(ScriptProbe.Write(report), JsonSerializerOptions.Web)!;

        Assert.Equal(report.Config!.Value.GetRawText(), read.Config!.Value.GetRawText());
        Assert.Equal(report.Notes, read.Notes);
    }
}
