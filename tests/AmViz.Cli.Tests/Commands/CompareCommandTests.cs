using AmViz.Cli.CommandLine;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cli.Tests.Commands;

public sealed class CompareCommandTests : TinyNetworkTest
{
    [Fact]
    public async Task EveryClassIsDrawnByBothObjectivesAndSeenByTheNetwork()
    {
        var run = await CompareAsync(new FakeEngine(), "--class", "1,3", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(
            [(1, "logit"), (3, "logit"), (1, "probability"), (3, "probability")],
            run.Json.EnumerateArray().Select(row => (row.GetProperty("class").GetInt32(), row.GetProperty("objective").GetString())));
        var row = run.Json[1];
        Assert.Equal("noise", row.GetProperty("label").GetString());
        Assert.Equal(1.0, row.GetProperty("logit").GetDouble());         // the fake gives class 3 a logit of 4 - 3
        Assert.Equal("stripes", row.GetProperty("seenAs").GetString());
        Assert.True(File.Exists(row.GetProperty("file").GetString()));
        Assert.True(File.Exists(Folder.At("sheet.png")));
    }

    [Fact]
    public async Task TableHasARowForEachClassAndObjective()
    {
        var run = await CompareAsync(new FakeEngine(), "--class", "0-1");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(4, run.Output.Split('\n').Count(line => line.Contains(" %", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ClassThatCannotBeDrawnIsReportedAndTheOthersStand()
    {
        var run = await CompareAsync(new FakeEngine { Ends = task => task.Channel == 0 ? ChannelOutcome.Dead : ChannelOutcome.Rendered }, "--class", "0-1");
        Assert.Equal(ExitCode.FinishedWithFailures, run.ExitCode);
        Assert.Contains("failed: class 0 by Logit", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClassThatDoesNotExistIsRefused()
    {
        var run = await CompareAsync(new FakeEngine(), "--class", "4");
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("Channel 4 does not exist", run.Error, StringComparison.Ordinal);
    }

    private Task<CommandLineRun> CompareAsync(FakeEngine engine, params string[] options)
        => CommandLineRun.OfAsync(engine, ["compare", "--weights", Network.Path, "--steps", "8", "--out", Folder.Path, .. options]);
}
