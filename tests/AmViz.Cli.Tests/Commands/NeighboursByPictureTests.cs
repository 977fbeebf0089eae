using AmViz.Cli.CommandLine;
using AmViz.Sweeps;

namespace AmViz.Cli.Tests.Commands;

/// <summary><c>amviz neighbours --by picture</c>. The fake network draws channel n in grey 8 n, and sees of a picture how grey it is.</summary>
public sealed class NeighboursByPictureTests : TinyNetworkTest
{
    private const string Layer = "conv_pw_5_bn";

    private readonly FakeEngine _engine = new();

    private string Out => Folder.At("out");

    [Fact]
    public async Task ThePicturesOfTheOnlySweepAreShownOnce()
    {
        await DrawAsync("--layer", Layer, "--channels", "0-5");
        var run = await DoneAsync("--judge", Network.Path, "-k", "2");
        var summary = run.Json.GetProperty("summary");
        Assert.Equal(("picture", 6, 6), (summary.GetProperty("by").GetString(), summary.GetProperty("judge").GetProperty("pictures").GetInt32(), _engine.Shown.Count));
        // Of one dimension that differs nothing is left but darker and lighter than the mean.
        Assert.Equal(6, summary.GetProperty("duplicates").GetInt32());
        Assert.All(summary.GetProperty("bestDuplicates").EnumerateArray(), row => Assert.Equal(Channel(row, "channel") < 3, Channel(row, "neighbour") < 3));
        Assert.True(File.Exists(run.Json.GetProperty("table").GetString()));

        var again = await DoneAsync("--judge", Network.Path, "-k", "2");
        Assert.Equal((6, true), (_engine.Shown.Count, again.Json.GetProperty("wasThere").GetBoolean()));
        var told = await CommandLineRun.OfAsync(_engine, ["neighbours", "--by", "picture", "--judge", Network.Path, "-k", "2", "--out", Out]);
        Assert.Contains("by 6 pictures as tinynet represents them (conv_pw_13_relu)", told.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Json.GetProperty("table").GetString()!, (await DoneAsync("--judge", "texturenet", "-k", "2")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SeedsOfAChannelAreOneVector()
    {
        await DrawAsync("--layer", Layer, "--channels", "0-5", "--seeds", "0,1");
        var summary = (await DoneAsync("--judge", Network.Path)).Json.GetProperty("summary");
        Assert.Equal((12, 6), (summary.GetProperty("judge").GetProperty("pictures").GetInt32(), summary.GetProperty("passes")[0].GetProperty("channels").GetInt32()));
    }

    [Fact]
    public async Task ChannelsOfTwoSweepsAreComparedWithThoseOfTheOther()
    {
        var one = await DrawAsync("--layer", Layer, "--channels", "0-5");
        var other = await DrawAsync("--layer", $"{Layer},conv_pw_3_bn", "--channels", "2-9");
        await ExplainsAsync($"has 2 sweeps that draw pictures. Expected the id of one, or ids with commas between to compare them: ");
        var summary = (await DoneAsync($"{one},{other}", "--judge", Network.Path)).Json.GetProperty("summary");
        Assert.Equal(new[] { one, other }.Order(StringComparer.Ordinal), summary.GetProperty("passes").EnumerateArray().Select(pass => pass.GetProperty("pass").GetString()));
        Assert.All(summary.GetProperty("bestDuplicates").EnumerateArray(), row => Assert.NotEqual(row.GetProperty("channel").GetProperty("pass").GetString(), row.GetProperty("neighbour").GetProperty("pass").GetString()));
        Assert.Equal(16 + 6, summary.GetProperty("passes").EnumerateArray().Sum(pass => pass.GetProperty("channels").GetInt32()));

        var few = (await DoneAsync(other, "--judge", Network.Path, "--layer", "conv_pw_3_bn")).Json.GetProperty("summary");
        Assert.Equal(8, few.GetProperty("passes")[0].GetProperty("channels").GetInt32());
    }

    [Fact]
    public async Task TheNetworkThatThePicturesWereDrawnForIsTheJudgeWhereItIsFound()
    {
        await DrawnBy("texturenet");
        Assert.Equal("texturenet", (await DoneAsync()).Json.GetProperty("summary").GetProperty("judge").GetProperty("model").GetString());
    }

    [Fact]
    public async Task WhatIsMissingIsExplainedBeforeAnythingIsShown()
    {
        await ExplainsAsync($"has no sweep that draws pictures. Run 'amviz run --out {Out}' with layers first.");
        var sweep = await DrawAsync("--layer", Layer, "--channels", "0-5");
        await ExplainsAsync("'tinynet', for which the pictures were drawn, is not found by its name. Give --judge DIR");
        await ExplainsAsync("has no sweep '0123456789abcdef' that draws pictures. It has " + sweep, "0123456789abcdef");
        await ExplainsAsync("is of a layer 'conv_pw5_bn'. Did you mean 'conv_pw_5_bn'?", "--layer", "conv_pw5_bn");
        await ExplainsAsync("nowhere", "--judge", "./nowhere");
        await ExplainsAsync("--pass has a meaning with --by responses only; here channels are compared by picture.", "--pass", sweep);
        await ExplainsAsync("--weights has a meaning with --by weights only", "--weights", Network.Path);
        await ExplainsAsync("'colour' is not a value of --by.", "--by", "colour");
        var responses = await CommandLineRun.OfAsync(_engine, ["neighbours", sweep, "--judge", "texturenet", "--out", Out]);
        Assert.Equal(ExitCode.Usage, responses.ExitCode);
        Assert.Contains("--judge has a meaning with --by picture only; here channels are compared by responses.", responses.Error, StringComparison.Ordinal);
        Assert.Contains("The id of a sweep has a meaning with --by picture only", responses.Error, StringComparison.Ordinal);

        await DrawnBy("texturenet");
        await ExplainsAsync("The pictures were drawn for 2 networks: 'tinynet', 'texturenet'. Expected --judge DIR|NAME", [.. Sweeps()]);
    }

    [Fact]
    public async Task TwoPicturesAndNoneAreTooFew()
    {
        await DrawAsync("--layer", Layer, "--channels", "0-1");
        await ExplainsAsync("Found 2 pictures; expected at least 3", "--judge", "texturenet");
        var dead = new FakeEngine { Ends = _ => ChannelOutcome.Dead };
        var drawn = await CommandLineRun.OfAsync(dead, ["run", "--weights", Network.Path, "--layer", Layer, "--channels", "2-4", "--out", Out, "--json"]);
        var sweep = drawn.Json.GetProperty("sweepId").GetString()!;
        await ExplainsAsync($"Sweep {sweep} has no pictures", sweep, "--judge", "texturenet");
    }

    private static int Channel(System.Text.Json.JsonElement row, string which) => row.GetProperty(which).GetProperty("channel").GetInt32();

    private async Task<string> DrawAsync(params string[] arguments) => await SweepOf(["run", "--weights", Network.Path, "--out", Out, "--json", .. arguments]);

    private async Task DrawnBy(string model) => await SweepOf(["run", "--model", model, "--layer", Layer, "--channels", "0-3", "--out", Out, "--json"]);

    private async Task<string> SweepOf(string[] words)
    {
        var run = await CommandLineRun.OfAsync(_engine, words);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return run.Json.GetProperty("sweepId").GetString()!;
    }

    private IEnumerable<string> Sweeps() => Directory.GetDirectories(Path.Combine(Out, "sweeps")).Select(folder => Path.GetFileName(folder));

    private async Task<CommandLineRun> DoneAsync(params string[] arguments)
    {
        var run = await CommandLineRun.OfAsync(_engine, ["neighbours", "--by", "picture", "--out", Out, "--json", .. arguments]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return run;
    }

    private async Task ExplainsAsync(string said, params string[] arguments)
    {
        var shown = _engine.Shown.Count;
        var run = await CommandLineRun.OfAsync(_engine, ["neighbours", "--out", Out, .. arguments.Contains("--by", StringComparer.Ordinal) ? (string[])[] : ["--by", "picture"], .. arguments]);
        Assert.Equal((ExitCode.Usage, shown), (run.ExitCode, _engine.Shown.Count));
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Out, "neighbours")));
    }
}
