using System.Security.Cryptography;
using AmViz.Cli.CommandLine;
using AmViz.Cli.Commands;
using AmViz.Imaging;
using AmViz.Models;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cli.Tests.Commands;

public sealed class RenderCommandTests : TinyNetworkTest
{
    [Fact]
    public async Task EveryPictureIsAFileWithItsFactsInTheJson()
    {
        var run = await RenderAsync(new FakeEngine(), "--channel", "1,3", "--seed", "0,5", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal([(1, 0), (1, 5), (3, 0), (3, 5)], run.Json.EnumerateArray().Select(row => (row.GetProperty("channel").GetInt32(), row.GetProperty("seed").GetInt32())));
        var row = run.Json[3];
        Assert.Equal(["model", "layer", "channel", "seed", "steps", "objective", "file", "sha256", "seconds", "error"], row.EnumerateObject().Select(property => property.Name));
        Assert.Equal("tinynet", row.GetProperty("model").GetString());
        Assert.Equal("conv_pw_5_bn", row.GetProperty("layer").GetString());
        Assert.Equal(8, row.GetProperty("steps").GetInt32());
        Assert.Equal(0.25, row.GetProperty("objective").GetProperty("initial").GetDouble());
        Assert.Equal(3.625, row.GetProperty("objective").GetProperty("final").GetDouble());
        var file = row.GetProperty("file").GetString()!;
        Assert.Equal(Folder.At("tinynet-conv_pw_5_bn-3-s5.png"), file);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))), row.GetProperty("sha256").GetString());
    }

    [Fact]
    public void ALayerWithSlashesInItsNameMakesNoFolders()
        => Assert.Equal("net-%2Flayer1%2Fconv1%2FConv-3-s5.png", RenderCommand.FileName(new ChannelTask("net", new string('0', 64), "/layer1/conv1/Conv", 3, 5)));

    [Fact]
    public async Task SeveralPicturesComeOnAContactSheetToo()
    {
        await RenderAsync(new FakeEngine(), "--channel", "0-4");
        var sheet = PngCodec.Decode(File.ReadAllBytes(Folder.At("sheet.png"))).Picture;
        Assert.Equal((3 * (64 + 4)) + 4, sheet.Width);
        Assert.Equal((2 * (64 + 4)) + 4, sheet.Height);
    }

    [Fact]
    public async Task ASpecFileDrawsSeveralLayersOnOneSheetOfAsManyColumnsAsAskedFor()
    {
        var spec = Folder.At("sweep.yaml");
        File.WriteAllText(spec, $"models: [{{ weights: {Network.Path}, layers: [{{ layer: conv_pw_5, channels: 0-3 }}, {{ layer: logits, channels: 0-1 }}] }}]");
        var run = await CommandLineRun.OfAsync("render", spec, "--columns", "4", "--out", Folder.At("pictures"), "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(["conv_pw_5_bn", "conv_pw_5_bn", "conv_pw_5_bn", "conv_pw_5_bn", "logits", "logits"], run.Json.EnumerateArray().Select(row => row.GetProperty("layer").GetString()));
        var sheet = PngCodec.Decode(File.ReadAllBytes(Folder.At("pictures", "sheet.png"))).Picture;
        Assert.Equal(((4 * (64 + 4)) + 4, (2 * (64 + 4)) + 4), (sheet.Width, sheet.Height));
    }

    [Theory]
    [InlineData("--layer logits", "Name a layer and its channels")]
    [InlineData("--channel 3", "Name a layer and its channels")]
    [InlineData("--layer logits --channel 3 --columns 0", "--columns: 0 is out of range. Expected 1 to 1000.")]
    public async Task WithoutASpecALayerAndItsChannelsAreNamed(string options, string expected)
    {
        var run = await CommandLineRun.OfAsync(["render", "--weights", Network.Path, .. options.Split(' '), "--out", Folder.At("pictures")]);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder.At("pictures")));
    }

    [Fact]
    public async Task OnePictureNeedsNoContactSheet()
    {
        await RenderAsync(new FakeEngine(), "--channel", "0");
        Assert.False(File.Exists(Folder.At("sheet.png")));
    }

    [Fact]
    public async Task AChannelThatCannotBeDrawnLeavesTheOthersInPlace()
    {
        var engine = new FakeEngine { Ends = task => task.Channel == 1 ? ChannelOutcome.Dead : ChannelOutcome.Rendered };
        var run = await RenderAsync(engine, "--channel", "0-2", "--workers", "2");
        Assert.Equal(ExitCode.FinishedWithFailures, run.ExitCode);
        Assert.Contains("conv_pw_5_bn/1-s0: nothing excites it", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, run.Output.TrimEnd().Split('\n').Length);
        Assert.Equal(3, Directory.EnumerateFiles(Folder.Path).Count());
    }

    [Theory]
    [InlineData("--transforms", "jitter", "0 8 1 1 0")]
    [InlineData("--transforms", "none", "0 0 1 1 0")]
    [InlineData("--recipe", "pixel", "1 0 1 1 0")]
    [InlineData("--transforms", "all", "0 8 0.9 1.1 10")]
    public async Task OptionsChangeTheRecipe(string option, string value, string expected)
    {
        await RenderAsync(new FakeEngine(), "--channel", "0", option, value);
        var text = PngCodec.ReadText(File.ReadAllBytes(Folder.At("tinynet-conv_pw_5_bn-0-s0.png")))[ChannelRecord.TextKey];
        var recipe = System.Text.Json.JsonSerializer.Deserialize<ChannelRecord>(text, SweepJson.Compact)!.Recipe;
        var t = recipe.Transforms;
        Assert.Equal(expected, FormattableString.Invariant($"{(int)recipe.Parameterization} {t.JitterPixels} {t.ScaleMin} {t.ScaleMax} {t.RotationDegrees}"));
    }

    [Fact]
    public async Task ObjectivesAndPenaltiesOfTheCommandLineStandInTheRecord()
    {
        var run = await RenderAsync(
            new FakeEngine(), "--channel", "0", "--term", "7=-1,conv_pw_3/2=0.5", "--term", "4", "--facets", "3", "--total-variation", "0.5", "--l2", "2", "--tokens", "patches");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        var text = PngCodec.ReadText(File.ReadAllBytes(Folder.At("tinynet-conv_pw_5_bn-0-s0.png")))[ChannelRecord.TextKey];
        var recipe = System.Text.Json.JsonSerializer.Deserialize<ChannelRecord>(text, SweepJson.Compact)!.Recipe;
        Assert.Equal([(null, 7, -1.0), ("conv_pw_3", 2, 0.5), (null, 4, 1.0)], recipe.Objective.Terms!.Select(term => (term.Layer, term.Channel, term.Weight)));
        Assert.Equal(3, recipe.Facets!.Count);
        Assert.Equal(new RegularizerSettings { TotalVariation = 0.5, L2 = 2 }, recipe.Regularizers);
        Assert.Equal(TokenSelection.Patches, recipe.Objective.Tokens);
    }

    [Theory]
    [InlineData("--term", "x/y", "'x/y' is not a term")]
    [InlineData("--term", "999", "--term: Channel 999 does not exist: 'conv_pw_5_bn'")]
    [InlineData("--term", "conv_pw_99/1", "--term: Model 'tinynet' has no layer 'conv_pw_99'")]
    [InlineData("--facets", "1", "--facets: 1 is out of range. Expected 2 to 16.")]
    [InlineData("--l1", "much", "'much' is not a number")]
    [InlineData("--recipe", "vital", "--photos: Pictures are to be held to photographs, but none are named. Name a folder")]
    [InlineData("--prior-weight", "3", "--prior-weight: The recipe 'paper' holds pictures to nothing.")]
    [InlineData("--photos", "/no/such/folder", "there is no folder '/no/such/folder'")]
    public async Task WrongObjectivesAreReported(string option, string value, string expected)
    {
        var run = await RenderAsync(new FakeEngine(), "--channel", "0", option, value);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProgressIsReportedOnStandardErrorOnly()
    {
        var run = await RenderAsync(new FakeEngine(), "--channel", "0-2");
        Assert.DoesNotContain("pictures,", run.Output, StringComparison.Ordinal);
    }

    private Task<CommandLineRun> RenderAsync(FakeEngine engine, params string[] options)
        => CommandLineRun.OfAsync(engine, ["render", "--weights", Network.Path, "--layer", "conv_pw_5", "--steps", "8", "--out", Folder.Path, .. options]);
}
