using AmViz.Cli.CommandLine;

namespace AmViz.Cli.Tests.Commands;

public sealed class NeighboursCommandTests : TinyNetworkTest
{
    private const string Layer = "conv_pw_5";
    private const int Channels = TinyNetwork.ChannelsOfPointwise5;

    private string Out => Folder.At("out");

    [Fact]
    public async Task ThePassThatIsThereIsComparedWithinItselfOnce()
    {
        var pass = await RespondAsync(Original, "--layer", $"logits,{Layer}");
        var run = await NeighboursAsync("-k", "3", "--json");
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        Assert.True(File.Exists(run.Json.GetProperty("table").GetString()));
        Assert.False(run.Json.GetProperty("wasThere").GetBoolean());
        var summary = run.Json.GetProperty("summary");
        Assert.Equal((3, 40, "exact", 1.0), (summary.GetProperty("count").GetInt32(), summary.GetProperty("photographs").GetInt32(), summary.GetProperty("method").GetString(), summary.GetProperty("recall").GetDouble()));
        Assert.Equal((pass, Channels + 4), (summary.GetProperty("passes")[0].GetProperty("pass").GetString(), summary.GetProperty("passes")[0].GetProperty("channels").GetInt32()));
        Assert.Equal(4, summary.GetProperty("duplicates").GetInt32());           // channel n of the fake is the same in both layers

        var again = await NeighboursAsync("-k", "3", "--json");
        Assert.True(again.Json.GetProperty("wasThere").GetBoolean());
        Assert.Equal(summary.GetRawText(), again.Json.GetProperty("summary").GetRawText());
    }

    [Fact]
    public async Task AChannelOfEachNetworkIsMatchedWithItsPermutedSelf()
    {
        int[] order = [.. Enumerable.Range(0, Channels)];
        new Random(1).Shuffle(order);
        var one = await RespondAsync(Original, "--layer", Layer);
        var other = await RespondAsync((red, channel) => Original(red, order[channel]), "--layer", Layer, "--shard-size", "16");
        var run = await NeighboursAsync("--pass", $"{one},{other}", "--json");
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        var numbers = run.Json.GetProperty("summary").GetProperty("pairs")[0].GetProperty("numbers");
        Assert.Equal((Channels, Channels, Channels), (numbers.GetProperty("channels").GetInt32(), numbers.GetProperty("mutual").GetInt32(), numbers.GetProperty("duplicated").GetInt32()));
        int Channel(System.Text.Json.JsonElement place) => place.GetProperty("channel").GetInt32() is var channel && place.GetProperty("pass").GetString() == one ? channel : order[channel];
        Assert.All(run.Json.GetProperty("summary").GetProperty("bestDuplicates").EnumerateArray(), row => Assert.Equal(Channel(row.GetProperty("channel")), Channel(row.GetProperty("neighbour"))));

        var told = await NeighboursAsync("--pass", $"{other},{one}");            // the order in which passes are named does not matter
        Assert.Contains($"{Channels} of {Channels} channels (100.0 %) nearest to each other; {Channels} have a duplicate", told.Output, StringComparison.Ordinal);
        Assert.Contains(run.Json.GetProperty("table").GetString()!, told.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsMissingIsExplained()
    {
        await ExplainsAsync("holds no pass of photographs. Run 'amviz respond", []);
        var one = await RespondAsync(Original, "--layer", Layer);
        await ExplainsAsync($"there is no pass 'gone' in folder:{Out}. Those that have finished are {one} (", ["--pass", "gone"]);
        await ExplainsAsync($"no chosen pass has a layer 'logits'. They have {one} (tinynet, 40 photographs, {Layer}", ["--layer", "logits"]);
        await ExplainsAsync("--count: 0 is out of range. Expected 1 to 100.", ["-k", "0"]);
        var other = await RespondAsync(Original, "--layer", Layer, "--shard-size", "16");
        await ExplainsAsync("holds 2 finished passes. Expected --pass ID, or --pass ID,ID", []);

        Directory.Delete(Path.Combine(Out, "responses", other, "samples"), recursive: true);
        await ExplainsAsync($"Pass {other} of tinynet keeps no sample of all its layers", ["--pass", other]);
        await RespondAsync(Original, "--layer", Layer, "--shard-size", "16", "--crops", "0");
        Assert.Equal(ExitCode.Done, (await NeighboursAsync("--pass", other)).ExitCode);
    }

    [Fact]
    public async Task FewPhotographsAreNotEnough()
    {
        var one = await RespondAsync(Original, "--layer", Layer);
        var few = await RespondAsync(Original, "--layer", Layer, "--textures", "20");
        await ExplainsAsync("Found 20 photographs that all passes have in common", ["--pass", $"{one},{few}"]);
        await ExplainsAsync("Found 20 photographs that the pass was shown", ["--pass", few]);
    }

    [Fact]
    public async Task TheBenchmarkTellsTheRecall()
    {
        var run = await CommandLineRun.OfAsync("bench", "--neighbours", "2000", "--json");
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        Assert.Equal(2000, run.Json.GetProperty("channels").GetInt32());
        Assert.InRange(run.Json.GetProperty("recall").GetDouble(), 0.95, 1);
        Assert.Contains("Expected at least", (await CommandLineRun.OfAsync("bench", "--neighbours", "3")).Error, StringComparison.Ordinal);
    }

    private static float Original(float red, int channel) => MathF.Sin((channel + 1) * red);

    private async Task<string> RespondAsync(Func<float, int, float> respond, params string[] arguments)
    {
        string[] photographs = arguments.Contains("--textures", StringComparer.Ordinal) ? [] : ["--textures", "40"];
        var run = await CommandLineRun.OfAsync(new FakeEngine { Respond = respond }, ["respond", "--weights", Network.Path, "--out", Out, "--json", .. photographs, .. arguments]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return run.Json.GetProperty("pass").GetString()!;
    }

    private Task<CommandLineRun> NeighboursAsync(params string[] arguments) => CommandLineRun.OfAsync(["neighbours", "--out", Out, .. arguments]);

    private async Task ExplainsAsync(string said, string[] arguments)
    {
        var run = await NeighboursAsync(arguments);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }
}
