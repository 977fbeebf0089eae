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
