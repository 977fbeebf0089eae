using System.Text.Json;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests;

/// <summary>Channels are known by what they respond to, wherever they stand in a network.</summary>
public sealed class NeighboursTests(CommandProcesses commands) : IDisposable
{
    private const int Block = 5;
    private const int PairsTold = 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OfACopyWithPermutedChannelsEveryChannelIsFound()
    {
        var orders = PermutedNetwork.Write(_folder.At("permuted"));
        var one = await PassAsync();
        var other = await PassAsync("--weights", "permuted");
        var found = (await RunAsync("neighbours", "--pass", $"{one},{other}", "--out", "out", "--json")).GetProperty("summary");

        var numbers = found.GetProperty("pairs")[0].GetProperty("numbers");
        var channels = numbers.GetProperty("channels").GetInt32();
        Assert.Equal(orders[Block].Length + orders[13].Length, channels + Constant(found.GetProperty("passes")[0]));
        Assert.Equal((channels, channels, channels), (numbers.GetProperty("otherChannels").GetInt32(), numbers.GetProperty("mutual").GetInt32(), numbers.GetProperty("duplicated").GetInt32()));
        var told = found.GetProperty("bestDuplicates").EnumerateArray().ToArray();
        Assert.Equal(PairsTold, told.Length);
        Assert.All(told, row => Assert.Equal(Original(row.GetProperty("channel")), Original(row.GetProperty("neighbour"))));

        (string, int) Original(JsonElement place)
        {
            var (layer, channel) = (place.GetProperty("layer").GetString()!, place.GetProperty("channel").GetInt32());
            return (layer, place.GetProperty("pass").GetString() == one ? channel : orders[int.Parse(layer.Split('_')[2], System.Globalization.CultureInfo.InvariantCulture)][channel]);
        }
    }

    [Fact]
    public async Task ByWeightsADuplicateIsFoundAndTheChannelsOfALayerInAnotherOrder()
    {
        var order = PermutedNetwork.WriteWithDuplicate(_folder.At("changed"), Block);
        var within = (await RunAsync("neighbours", "--by", "weights", "--weights", "changed", "--layer", $"conv_pw_{Block}_bn", "--out", "out", "--json")).GetProperty("summary");
        var pair = Assert.Single(within.GetProperty("bestDuplicates").EnumerateArray());
        Assert.Equal((0, order.Length - 1), (Channel(pair, "channel"), Channel(pair, "neighbour")));

        var between = (await RunAsync("neighbours", "--by", "weights", "--weights", "texturenet,changed", "--layer", $"conv_pw_{Block}_bn", "--out", "out", "--json")).GetProperty("summary");
        // Of the two copies the first counts; the channel that the second has replaced is gone.
        var numbers = between.GetProperty("pairs")[0].GetProperty("numbers");
        Assert.InRange(numbers.GetProperty("mutual").GetInt32(), order.Length - 1, order.Length);
        Assert.Equal(order.Length, between.GetProperty("duplicates").GetInt32());
        Assert.All(between.GetProperty("bestDuplicates").EnumerateArray(), row => Assert.Equal(Original(row.GetProperty("channel")), Original(row.GetProperty("neighbour"))));

        int Original(JsonElement place) => place.GetProperty("channel").GetInt32() is var channel && place.GetProperty("model").GetString() == "changed" ? order[channel] : channel;
    }

    [Fact]
    public async Task ByPicturesTheClassesOfACopyWithPermutedChannelsAreFound()
    {
        const int Classes = 12;
        PermutedNetwork.Write(_folder.At("permuted"));
        var (one, other) = (await DrawAsync(), await DrawAsync("--weights", "permuted"));
        var found = (await RunAsync("neighbours", $"{one},{other}", "--by", "picture", "--judge", "texturenet", "--out", "out", "--json")).GetProperty("summary");
        Assert.Equal(Classes, found.GetProperty("pairs")[0].GetProperty("numbers").GetProperty("mutual").GetInt32());
        var told = found.GetProperty("bestOthers").EnumerateArray().Concat(found.GetProperty("bestDuplicates").EnumerateArray()).ToArray();
        Assert.Equal(Classes, told.Length);
        Assert.All(told, row => Assert.Equal(Channel(row, "channel"), Channel(row, "neighbour")));

        async Task<string> DrawAsync(params string[] network)
            => (await RunAsync(["run", .. network, "--layer", "logits", "--channels", $"0-{Classes - 1}", "--seeds", "0,1,2,3", "--steps", "32", "--size", "64", "--out", "out", "--json"])).GetProperty("sweepId").GetString()!;
    }

    private static int Channel(JsonElement row, string which) => row.GetProperty(which).GetProperty("channel").GetInt32();

    private static int Constant(JsonElement pass) => pass.GetProperty("constant").GetInt32();

    private async Task<string> PassAsync(params string[] network)
        => (await RunAsync(["respond", .. network, "--layer", $"conv_pw_{Block}_bn,conv_pw_13_bn", "--textures", "136", "--crops", "0", "--effective-fields", "0", "--out", "out", "--json"])).GetProperty("pass").GetString()!;

    private async Task<JsonElement> RunAsync(params string[] words)
    {
        var answer = await commands.RunAsync(_folder.Path, AmVizProcess.OneThread, words);
        Assert.True(answer.Code == 0, answer.Error);
        return answer.Json;
    }
}
