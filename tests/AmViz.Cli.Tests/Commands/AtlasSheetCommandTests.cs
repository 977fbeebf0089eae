using System.Xml.Linq;
using AmViz.Cli.CommandLine;

namespace AmViz.Cli.Tests.Commands;

public sealed class AtlasSheetCommandTests : TinyNetworkTest
{
    private const string Layer = "conv_pw_5_bn";

    private readonly FakeEngine _engine = new();

    private string Out => Folder.At("out");

    [Fact]
    public async Task EveryLayerOfTheSweepGetsASheet()
    {
        await DrawAsync($"{Layer},conv_pw_11_bn");
        var told = (await DoneAsync("--json")).Json;

        var sweep = told.GetProperty("sweep").GetString()!;
        Assert.Equal(Path.Combine(Out, "sheets", sweep), told.GetProperty("folder").GetString());
        var sheets = told.GetProperty("sheets").EnumerateArray().ToList();
        Assert.Equal([Layer, "conv_pw_11_bn"], sheets.Select(sheet => sheet.GetProperty("layer").GetString()));
        Assert.All(sheets, sheet => Assert.Equal((6, 6), (sheet.GetProperty("cells").GetInt32(), sheet.GetProperty("drawn").GetInt32())));
        var file = Assert.Single(sheets[0].GetProperty("files").EnumerateArray());
        Assert.Equal("png", file.GetProperty("format").GetString());
        Assert.Equal(file.GetProperty("bytes").GetInt64(), new FileInfo(file.GetProperty("path").GetString()!).Length);
    }

    [Fact]
    public async Task LayerChannelsFormatsAndFolderCanBeChosen()
    {
        await DrawAsync($"{Layer},conv_pw_11_bn");
        var run = await DoneAsync("--layer", Layer, "--channels", "0-2", "--sort", "objective", "--tile", "64", "--columns", "2", "--format", "svg,pdf", "--to", Folder.At("figures"));

        Assert.Contains("3 of 3 pictures", run.Output, StringComparison.Ordinal);
        var files = Directory.GetFiles(Folder.At("figures"), "*", SearchOption.AllDirectories);
        Assert.Equal([$"{Layer}.pdf", $"{Layer}.svg"], files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(3, XDocument.Load(files.Single(file => file.EndsWith(".svg", StringComparison.Ordinal))).Descendants().Count(element => element.Name.LocalName == "image"));
    }

    [Fact]
    public async Task WhatCannotBeDoneIsExplained()
    {
        Directory.CreateDirectory(Out);
        await ExplainsAsync("It has none; 'amviz run' makes one.");
        await DrawAsync(Layer);
        await ExplainsAsync($"draws no layer 'conv_pw_5'. Did you mean '{Layer}'", "--layer", "conv_pw_5");
        await ExplainsAsync("draws no network 'nothing'", "--model", "nothing");
        await ExplainsAsync("'pngs' is not a value of --format. Did you mean 'png'?", "--format", "pngs");
        await ExplainsAsync("--columns: 0 is out of range. Expected 1 to 32 pictures a row.", "--columns", "0");
        await ExplainsAsync("--tile: 4 is out of range. Expected 16 to 2048 pixels.", "--tile", "4");
        await ExplainsAsync("Expected some of 0-5.", "--channels", "70");
    }

    [Fact]
    public async Task APictureThatIsGoneIsToldByTheExitCode()
    {
        await DrawAsync(Layer);
        File.Delete(Directory.GetFiles(Path.Combine(Out, "results"), "*.png", SearchOption.AllDirectories)[0]);
        var run = await CommandLineRun.OfAsync(_engine, ["atlas", "sheet", "--out", Out]);
        Assert.Equal(ExitCode.FinishedWithFailures, run.ExitCode);
        Assert.Contains("5 of 6 pictures, 1 missing", run.Output, StringComparison.Ordinal);
    }

    private async Task DrawAsync(string layers)
    {
        var run = await CommandLineRun.OfAsync(_engine, ["run", "--weights", Network.Path, "--layer", layers, "--channels", "0-5", "--out", Out]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
    }

    private async Task<CommandLineRun> DoneAsync(params string[] arguments)
    {
        var run = await CommandLineRun.OfAsync(_engine, ["atlas", "sheet", .. arguments, "--out", Out]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return run;
    }

    private async Task ExplainsAsync(string said, params string[] arguments)
    {
        var run = await CommandLineRun.OfAsync(_engine, ["atlas", "sheet", .. arguments, "--out", Out]);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }
}
