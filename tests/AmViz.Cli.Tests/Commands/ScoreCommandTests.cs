using System.Text.Json;
using AmViz.Cli.CommandLine;
using AmViz.Sweeps;

namespace AmViz.Cli.Tests.Commands;

public sealed class ScoreCommandTests : TinyNetworkTest
{
    private const string Layer = "conv_pw_5_bn";

    private readonly FakeEngine _engine = new() { Respond = (red, channel) => MathF.Sin((channel + 1) * red) };

    private string Out => Folder.At("out");

    [Fact]
    public async Task PicturesAreHeldAgainstPhotographsOnce()
    {
        await DoneAsync("run", "--layer", Layer, "--channels", "0-3");
        var pass = await DoneAsync("respond", "--layer", Layer, "--textures", "40", "--crops", "0", "--effective-fields", "0");
        var shown = _engine.Shown.Count;

        var scores = Assert.Single((await DoneAsync("score")).Json.GetProperty("layers").EnumerateArray());
        Assert.Equal((Layer, pass.Json.GetProperty("pass").GetString(), 40, 4, 4), (
            scores.GetProperty("layer").GetString(), scores.GetProperty("pass").GetString(), scores.GetProperty("photographs").GetInt32(),
            scores.GetProperty("pictures").GetInt32(), scores.GetProperty("judged").GetInt32()));
        Assert.InRange(scores.GetProperty("misLike").GetDouble(), 0, 1);
        Assert.InRange(scores.GetProperty("misLikeOfOthers").GetDouble(), 0, 1);
        // The fake network responds at one of four places.
        Assert.Equal(1, scores.GetProperty("locality").GetDouble(), 1e-6);
        Assert.True(File.Exists(scores.GetProperty("table").GetString()));
        Assert.All(scores.GetProperty("distrusted").EnumerateArray(), channel => Assert.InRange(channel.GetInt32(), 0, 3));
        Assert.Equal((0, 0), (scores.GetProperty("constant").GetArrayLength(), scores.GetProperty("dead").GetArrayLength()));
        Assert.Equal(4, _engine.Shown.Count - shown);

        var again = await DoneAsync("score");
        Assert.Equal(scores.GetRawText(), again.Json.GetProperty("layers")[0].GetRawText());
        Assert.Equal(4, _engine.Shown.Count - shown);

        var told = await CommandLineRun.OfAsync(_engine, ["score", "--weights", Network.Path, "--out", Out]);
        Assert.Contains(Layer, told.Output, StringComparison.Ordinal);
        Assert.Contains(scores.GetProperty("table").GetString()!, told.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AJudgeSeesPicturesAndCropsOnceAndItsScoresLieBesideThoseWithoutIt()
    {
        await DoneAsync("run", "--layer", "logits", "--channels", "1-3");
        await DoneAsync("respond", "--layer", "logits", "--textures", "40", "--crops", "2", "--effective-fields", "0");
        var alone = Assert.Single((await DoneAsync("score")).Json.GetProperty("layers").EnumerateArray());
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (alone.GetProperty("opinion").ValueKind, alone.GetProperty("locality").ValueKind));
        var shown = _engine.Shown.Count;

        var judged = Assert.Single((await DoneAsync("score", "--judge", Network.Path)).Json.GetProperty("layers").EnumerateArray());
        var opinion = judged.GetProperty("opinion");
        Assert.All((string[])["topLikeness", "bottomLikeness"], name => Assert.InRange(opinion.GetProperty(name).GetDouble(), -1, 1));
        Assert.All((string[])["agreement", "probability", "probabilityOfDrawn"], name => Assert.InRange(opinion.GetProperty(name).GetDouble(), 0, 1));
        // The judge of the tests holds the last class the likeliest, whatever it sees.
        Assert.Equal((1, 1), (opinion.GetProperty("recognized").GetInt32(), opinion.GetProperty("recognizedOfDrawn").GetInt32()));
        Assert.NotEqual(JsonValueKind.Null, opinion.GetProperty("naturalness").ValueKind);
        Assert.NotEqual(alone.GetProperty("table").GetString(), judged.GetProperty("table").GetString());
        var crops = Directory.GetFiles(Path.Combine(Out, "crops"), "*.png", SearchOption.AllDirectories).Length;
        Assert.InRange(_engine.Shown.Count - shown, 3 + 3 + 1, 3 + 3 + crops);

        shown = _engine.Shown.Count;
        Assert.Equal(judged.GetRawText(), (await DoneAsync("score", "--judge", Network.Path)).Json.GetProperty("layers")[0].GetRawText());
        Assert.Equal(shown, _engine.Shown.Count);
        var told = await CommandLineRun.OfAsync(_engine, ["score", "--weights", Network.Path, "--judge", Network.Path, "--out", Out]);
        Assert.Contains("by the judge", told.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("keeps no crops", told.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SomeChannelsAreDrawnAnewWithShuffledWeightsOnce()
    {
        var drawn = 0;
        var engine = new FakeEngine
        {
            Respond = _engine.Respond,
            Ends = task =>
            {
                drawn++;
                return ChannelOutcome.Rendered;
            },
        };
        await DoneAsync(engine, "run", "--layer", Layer, "--channels", "0-3", "--seeds", "0,1");
        await DoneAsync(engine, "respond", "--layer", Layer, "--textures", "40", "--crops", "0", "--effective-fields", "0");
        var alone = Assert.Single((await DoneAsync(engine, "score")).Json.GetProperty("layers").EnumerateArray());
        Assert.Equal((JsonValueKind.Null, 8), (alone.GetProperty("randomization").ValueKind, drawn));

        var shuffled = Assert.Single((await DoneAsync(engine, "score", "--randomize", "2")).Json.GetProperty("layers").EnumerateArray());
        // Two channels, one seed, each with the layer's weights and with all shuffled; the fake paints a channel in one colour, whatever the weights.
        var left = shuffled.GetProperty("randomization");
        Assert.Equal((12, 1.0, 1.0), (drawn, left.GetProperty("ofLayer").GetDouble(), left.GetProperty("ofAll").GetDouble()));
        Assert.InRange(left.GetProperty("ofOthers").GetDouble(), 0, 0.99);
        Assert.NotEqual(alone.GetProperty("table").GetString(), shuffled.GetProperty("table").GetString());

        Assert.Equal(shuffled.GetRawText(), (await DoneAsync(engine, "score", "--randomize", "2")).Json.GetProperty("layers")[0].GetRawText());
        Assert.Equal(12, drawn);
        var told = await CommandLineRun.OfAsync(engine, ["score", "--weights", Network.Path, "--randomize", "2", "--out", Out]);
        Assert.Contains("like the picture with shuffled weights", told.Output, StringComparison.Ordinal);
        var refused = await CommandLineRun.OfAsync(engine, ["score", "--weights", Network.Path, "--randomize", "0", "--out", Out]);
        Assert.Contains("--randomize: 0 is out of range. Expected 1 to 4096", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatAJudgeCannotTellIsLeftOutAndExplained()
    {
        await DoneAsync("run", "--layer", Layer, "--channels", "0-3");
        await DoneAsync("respond", "--layer", Layer, "--textures", "40", "--crops", "0", "--effective-fields", "0");
        var opinion = (await DoneAsync("score", "--judge", "texturevit")).Json.GetProperty("layers")[0].GetProperty("opinion");
        Assert.All(opinion.EnumerateObject(), property => Assert.Equal(JsonValueKind.Null, property.Value.ValueKind));
        var told = await CommandLineRun.OfAsync(_engine, ["score", "--weights", Network.Path, "--judge", "texturevit", "--out", Out]);
        Assert.Contains("keeps no crops of them. Run its 'amviz respond' with --crops 9", told.Output, StringComparison.Ordinal);

        var unknown = await CommandLineRun.OfAsync(_engine, ["score", "--weights", Network.Path, "--judge", "./nowhere", "--out", Out]);
        Assert.Equal(ExitCode.Usage, unknown.ExitCode);
        Assert.Contains("nowhere", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SeedsAreComparedWhereThereAreSeveral()
    {
        await DoneAsync("run", "--layer", Layer, "--channels", "0-3", "--seeds", "0,1");
        await DoneAsync("respond", "--layer", Layer, "--textures", "40", "--crops", "0", "--effective-fields", "0");
        var scores = (await DoneAsync("score")).Json.GetProperty("layers")[0];
        Assert.Equal(8, scores.GetProperty("pictures").GetInt32());
        Assert.InRange(scores.GetProperty("seedLikeness").GetDouble(), -1, 1);
        Assert.InRange(scores.GetProperty("seedLikenessOfOthers").GetDouble(), -1, 1);
        Assert.Contains("between seeds", (await CommandLineRun.OfAsync(_engine, ["score", "--weights", Network.Path, "--out", Out])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsMissingIsExplained()
    {
        await ExplainsAsync("It has none; 'amviz run' makes one.");
        await DoneAsync("run", "--layer", Layer, "--channels", "0-3");
        await ExplainsAsync($"has both pictures and a finished pass of photographs. Run 'amviz respond --layer {Layer} --out");
        await DoneAsync("respond", "--layer", "logits", "--textures", "40", "--crops", "0", "--effective-fields", "0");
        await ExplainsAsync("has both pictures and a finished pass of photographs");

        var other = await CommandLineRun.OfAsync(_engine, ["score", "--model", "texturenet", "--out", Out]);
        Assert.Equal(ExitCode.Usage, other.ExitCode);
        Assert.Contains("and not 'texturenet' with the weights", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APictureThatIsMissingIsNamedWithWhatToDo()
    {
        await DoneAsync("run", "--layer", Layer, "--channels", "0-3");
        await DoneAsync("respond", "--layer", Layer, "--textures", "40", "--crops", "0", "--effective-fields", "0");
        File.Delete(Directory.GetFiles(Path.Combine(Out, "results"), "*.png", SearchOption.AllDirectories)[0]);
        var run = await CommandLineRun.OfAsync(_engine, ["score", "--weights", Network.Path, "--out", Out]);
        Assert.NotEqual(ExitCode.Done, run.ExitCode);
        Assert.Contains("Run 'amviz manifest verify --repair'", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Out, "scores")));
    }

    private Task<CommandLineRun> DoneAsync(string command, params string[] arguments) => DoneAsync(_engine, command, arguments);

    private async Task<CommandLineRun> DoneAsync(FakeEngine engine, string command, params string[] arguments)
    {
        var run = await CommandLineRun.OfAsync(engine, [command, "--weights", Network.Path, "--out", Out, "--json", .. arguments]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return run;
    }

    private async Task ExplainsAsync(string said)
    {
        var run = await CommandLineRun.OfAsync(_engine, ["score", "--weights", Network.Path, "--out", Out]);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }
}
