using AmViz.Cli.CommandLine;

namespace AmViz.Cli.Tests.Commands;

/// <summary><c>amviz neighbours --by weights</c>.</summary>
public sealed class NeighboursByWeightsTests : TinyNetworkTest
{
    private const string Layer = "conv_pw_5_bn";
    private const int Channels = TinyNetwork.ChannelsOfPointwise5;

    private string Out => Folder.At("out");

    [Fact]
    public async Task ADuplicateIsFoundOnceAndNothingIsReadAgain()
    {
        var engine = new FakeEngine { Weigh = (_, _, channel) => Of(channel == 7 ? 3 : channel, factor: channel + 1) };
        var run = await DoneAsync(engine, "--weights", Network.Path, "--layer", Layer, "-k", "2");
        var summary = run.Json.GetProperty("summary");
        Assert.Equal(("weights", 1, "exact", 0), (summary.GetProperty("by").GetString(), summary.GetProperty("duplicates").GetInt32(), summary.GetProperty("method").GetString(), summary.GetProperty("photographs").GetInt32()));
        var pair = Assert.Single(summary.GetProperty("bestDuplicates").EnumerateArray());
        Assert.Equal((3, 7), (pair.GetProperty("channel").GetProperty("channel").GetInt32(), pair.GetProperty("neighbour").GetProperty("channel").GetInt32()));
        Assert.Equal(Channels, summary.GetProperty("passes")[0].GetProperty("channels").GetInt32());
        Assert.Equal(Layer, Assert.Single(summary.GetProperty("pairs")[0].GetProperty("layers").EnumerateArray()).GetString());

        var again = await DoneAsync(engine, "--weights", Network.Path, "--layer", Layer, "-k", "2");
        Assert.Equal((1, true), (engine.WeightsRead, again.Json.GetProperty("wasThere").GetBoolean()));
        var told = await CommandLineRun.OfAsync(engine, ["neighbours", "--by", "weights", "--weights", Network.Path, "--layer", Layer, "-k", "2", "--out", Out]);
        Assert.Contains("cosine", told.Output, StringComparison.Ordinal);
        Assert.Contains($"{Layer}/3", told.Output, StringComparison.Ordinal);
        Assert.Contains(", by weights; exact", told.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoCheckpointsAreMatchedLayerByLayer()
    {
        int[] order = [.. Enumerable.Range(0, Channels)];
        new Random(2).Shuffle(order);
        using var other = new OtherTinyNetwork(Network);
        var engine = new FakeEngine { Weigh = (model, _, channel) => Of(model == OtherTinyNetwork.Name && channel < Channels ? order[channel] : channel, factor: 1) };
        var run = await DoneAsync(engine, "--weights", $"{Network.Path},{other.Path}", "--layer", Layer);
        var summary = run.Json.GetProperty("summary");
        var numbers = Assert.Single(summary.GetProperty("pairs").EnumerateArray()).GetProperty("numbers");
        Assert.Equal((Channels, Channels), (numbers.GetProperty("mutual").GetInt32(), numbers.GetProperty("duplicated").GetInt32()));
        Assert.All(summary.GetProperty("bestDuplicates").EnumerateArray(), row => Assert.Equal(Original(row.GetProperty("channel")), Original(row.GetProperty("neighbour"))));

        var turned = await DoneAsync(engine, "--weights", $"{other.Path},{Network.Path}", "--layer", Layer);
        Assert.True(turned.Json.GetProperty("wasThere").GetBoolean());                    // the order in which networks are named does not matter
        int Original(System.Text.Json.JsonElement place) => place.GetProperty("channel").GetInt32() is var channel && place.GetProperty("model").GetString() == OtherTinyNetwork.Name ? order[channel] : channel;
    }

    [Fact]
    public async Task WithoutALayerThoseAreComparedThatSeeTheSameInputsEachByItself()
    {
        var run = await DoneAsync(new FakeEngine(), "--weights", Network.Path);
        var pairs = run.Json.GetProperty("summary").GetProperty("pairs").EnumerateArray().Select(pair => pair.GetProperty("layers")[0].GetString()).ToArray();
        Assert.Equal(15, pairs.Length);
        Assert.DoesNotContain("conv_dw_1_bn", pairs);
        Assert.Contains("left out, as their channels are no weighted sums of the same inputs: conv_dw_1_bn, ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatCannotBeComparedIsExplainedBeforeAnythingIsRead()
    {
        using var other = new OtherTinyNetwork(Network);
        await ExplainsAsync("The nearest layer that has them is 'conv_pw_5_bn'", "--weights", Network.Path, "--layer", "conv_pw_5_relu");
        await ExplainsAsync("The nearest layer whose channels see the same is 'conv_pw_4_bn'", "--weights", Network.Path, "--layer", "conv_dw_5_bn");
        await ExplainsAsync("Did you mean 'conv_pw_5_bn'", "--weights", Network.Path, "--layer", "conv_pw5_bn");
        await ExplainsAsync("'tinynet' and 'tinynet' have the same weights", "--weights", $"{Network.Path},{Network.Path}");
        await ExplainsAsync("Found networks of several architectures", "--weights", $"{Network.Path},texturevit");
        await ExplainsAsync("'conv_pw_5_bn' has different inputs", "--weights", $"{Network.Path},texturenet", "--layer", Layer);
        await ExplainsAsync("Found 2 names behind --model and 1 behind --weights", "--weights", Network.Path, "--model", "a,b");
        await ExplainsAsync("--pass has a meaning with --by responses only; here channels are compared by weights.", "--pass", "0123456789abcdef");
        await ExplainsAsync("--judge has a meaning with --by picture only", "--judge", "texturenet");
        await ExplainsAsync("nowhere", "--weights", "./nowhere");
    }

    private static float[] Of(int channel, float factor) => [.. Enumerable.Range(1, 16).Select(place => factor * MathF.Sin(place * (channel + 1.3f)))];

    private async Task<CommandLineRun> DoneAsync(FakeEngine engine, params string[] arguments)
    {
        var run = await CommandLineRun.OfAsync(engine, ["neighbours", "--by", "weights", "--out", Out, "--json", .. arguments]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return run;
    }

    private async Task ExplainsAsync(string said, params string[] arguments)
    {
        var engine = new FakeEngine();
        var run = await CommandLineRun.OfAsync(engine, ["neighbours", "--by", "weights", "--out", Out, .. arguments]);
        Assert.Equal((ExitCode.Usage, 0), (run.ExitCode, engine.WeightsRead));
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Out));
    }

    /// <summary>The same network with another last weight.</summary>
    private sealed class OtherTinyNetwork : IDisposable
    {
        public const string Name = "othernet";

        private readonly TestKit.TemporaryFolder _folder = new();

        public OtherTinyNetwork(TinyNetwork network)
        {
            Directory.CreateDirectory(Path);
            foreach (var file in Directory.GetFiles(network.Path))
            {
                File.Copy(file, System.IO.Path.Combine(Path, System.IO.Path.GetFileName(file)));
            }

            using var weights = File.OpenWrite(System.IO.Path.Combine(Path, "model.safetensors"));
            weights.Seek(-1, SeekOrigin.End);
            weights.WriteByte(1);
        }

        public string Path => _folder.At(Name);

        public void Dispose() => _folder.Dispose();
    }
}
