using AmViz.Cli.CommandLine;
using AmViz.Imaging;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cli.Tests.Commands;

public sealed class PaperCommandTests : TinyNetworkTest
{
    [Fact]
    public async Task TableOneCountsTheParametersOfTheNetworksDefinitions()
    {
        var run = await CommandLineRun.OfAsync(new FakeEngine(), ["paper", "--table", "1"]);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("4,253,864", run.Output, StringComparison.Ordinal);          // MobileNet of the Keras applications, keras.io
        Assert.Contains("86,567,656", run.Output, StringComparison.Ordinal);         // ViT-B/16 with its classifier, torchvision
    }

    [Fact]
    public async Task FiguresOfTheNetworksAtHandAreDrawnAndTheOthersAreNamed()
    {
        var run = await PaperAsync("--figure", "2,6,7,10", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal([2, 6, 10], run.Json.GetProperty("figures").EnumerateArray().Select(figure => figure.GetProperty("figure").GetInt32()));
        Assert.Contains("figure 7 needs weights of inception_v3", Assert.Single(run.Json.GetProperty("missing").EnumerateArray()).GetString(), StringComparison.Ordinal);
        var layers = run.Json.GetProperty("figures")[1];
        Assert.Equal(3 * 2, layers.GetProperty("panels").GetArrayLength());
        Assert.Equal("tinynet, conv1_bn/0, seed 0, paper, 8 steps", layers.GetProperty("panels")[0].GetProperty("text").GetString());
        var sheet = PngCodec.Decode(File.ReadAllBytes(Folder.At(layers.GetProperty("sheet").GetString()!))).Picture;
        Assert.Equal(((64 + 4) * 2 + 4, (64 + 4) * 3 + 4), (sheet.Width, sheet.Height));
        var page = File.ReadAllText(Folder.At("index.html"));
        Assert.Contains("Figure 6. Channels of MobileNet, from shallow to deep", page, StringComparison.Ordinal);
        Assert.Contains("figure 7 needs weights of inception_v3", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LayersThatFilterEachChannelByItselfAreLeftOut()
    {
        var run = await PaperAsync("--figure", "6", "--json");
        Assert.Equal(
            ["conv1_bn", "conv_pw_6_bn", "conv_pw_13_bn"],
            run.Json.GetProperty("figures")[0].GetProperty("panels").EnumerateArray().Select(panel => panel.GetProperty("layer").GetString()).Distinct());
    }

    [Fact]
    public async Task TrajectoryShowsOneClassAfterMoreAndMoreSteps()
    {
        var run = await PaperAsync("--figure", "2", "--json");
        var panels = run.Json.GetProperty("figures")[0].GetProperty("panels").EnumerateArray().ToArray();
        Assert.Equal([1, 4, 8], panels.Select(panel => panel.GetProperty("steps").GetInt32()));
        Assert.Single(panels.Select(panel => panel.GetProperty("channel").GetInt32()).Distinct());
    }

    [Fact]
    public async Task PhotographsAreAttackedTowardsClassesDrawnByLot()
    {
        var photograph = TestPictures.Write(Folder.Path);
        var run = await PaperAsync("--figure", "12", "--image", photograph, "--json");
        var figure = Assert.Single(run.Json.GetProperty("figures").EnumerateArray());
        Assert.Equal(12, figure.GetProperty("figure").GetInt32());
        Assert.Equal(3, figure.GetProperty("panels").GetArrayLength());
        Assert.All(figure.GetProperty("panels").EnumerateArray(), panel => Assert.True(File.Exists(Folder.At(panel.GetProperty("file").GetString()!))));
        Assert.True(File.Exists(Folder.At(figure.GetProperty("sheet").GetString()!)));
    }

    [Fact]
    public async Task PhotographsThatCannotBeReadAreReportedBeforeAnythingIsDrawn()
    {
        var engine = new FakeEngine { Ends = _ => throw new InvalidOperationException("Drawn all the same.") };
        var run = await PaperAsync(engine, "--figure", "all", "--image", TestPictures.Write(Folder.Path), Folder.At("missing.png"), Folder.At("lost.png"));
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("missing.png", run.Error, StringComparison.Ordinal);
        Assert.Contains("lost.png", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder.At("results")));
    }

    [Fact]
    public async Task PicturesThatAreThereAreNotDrawnAgain()
    {
        await PaperAsync("--figure", "6");
        var again = await PaperAsync(new FakeEngine { Ends = _ => throw new InvalidOperationException("Drawn again.") }, "--figure", "6");
        Assert.Equal(ExitCode.Done, again.ExitCode);
    }

    [Fact]
    public async Task PictureThatCannotBeDrawnIsReportedAndLeavesItsPlaceEmpty()
    {
        var run = await PaperAsync(new FakeEngine { Ends = task => task.Channel == 1 ? ChannelOutcome.Dead : ChannelOutcome.Rendered }, "--figure", "6");
        Assert.Equal(ExitCode.FinishedWithFailures, run.ExitCode);
        Assert.Contains("failed: tinynet, conv1_bn/1", run.Error, StringComparison.Ordinal);
        Assert.Contains("3 of 6 pictures", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--figure", "3", "there is no figure '3'")]
    [InlineData("--figure", "7", "figure 7 needs weights of inception_v3")]
    [InlineData("--table", "2", "there is no table 2")]
    [InlineData("--channels", "0", "Nothing is asked for")]
    public async Task WhatCannotBeDrawnAtAllIsAnError(string option, string value, string expected)
    {
        var run = await PaperAsync(option, value);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    private Task<CommandLineRun> PaperAsync(params string[] options) => PaperAsync(new FakeEngine(), options);

    private Task<CommandLineRun> PaperAsync(FakeEngine engine, params string[] options) => CommandLineRun.OfAsync(
        engine, ["paper", "--weights", Network.Path, "--steps", "8", "--layers", "3", .. Lacks("--channels", options, "2"), "--out", Folder.Path, .. options]);

    private static string[] Lacks(string option, string[] options, string value) => options.Contains(option, StringComparer.Ordinal) ? [] : [option, value];
}
