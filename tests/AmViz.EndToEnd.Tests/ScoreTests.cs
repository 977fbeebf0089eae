using System.Text.Json;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests;

/// <summary>Pictures of a network whose classes are known, before a judge.</summary>
public sealed class ScoreTests(CommandProcesses commands) : IDisposable
{
    private const int Classes = 8;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The network itself is the judge, so that what is wrong is the judging.</summary>
    [Fact]
    public async Task AJudgeThatKnowsTheClassesRecognizesThemAndSeesPhotographsOfThemInTheirPictures()
    {
        await RunAsync("run", "--layer", "logits", "--channels", $"0-{Classes - 1}", "--steps", "64");
        await RunAsync("respond", "--layer", "logits", "--textures", "340", "--crops", "9", "--effective-fields", "0");
        var opinion = (await RunAsync("score", "--judge", "texturenet")).GetProperty("layers")[0].GetProperty("opinion");
        Assert.Equal(Classes, opinion.GetProperty("recognizedOfDrawn").GetInt32());
        Assert.InRange(opinion.GetProperty("recognized").GetInt32(), Classes - 1, Classes);
        Assert.InRange(opinion.GetProperty("agreement").GetDouble(), 0.9, 1);
        Assert.InRange(opinion.GetProperty("topLikeness").GetDouble() - opinion.GetProperty("bottomLikeness").GetDouble(), 0.5, 2);
        Assert.InRange(opinion.GetProperty("naturalness").GetDouble(), 0, double.MaxValue);
    }

    /// <summary>What stays the same without the weights is the recipe's, and not the network's.</summary>
    [Fact]
    public async Task OfAPictureNothingIsLeftWithoutTheWeights()
    {
        await RunAsync("run", "--layer", "conv_pw_5_bn", "--channels", "0-7", "--steps", "32");
        await RunAsync("respond", "--layer", "conv_pw_5_bn", "--textures", "102", "--crops", "0", "--effective-fields", "0");
        var layer = (await RunAsync("score", "--randomize", "4")).GetProperty("layers")[0];
        var left = layer.GetProperty("randomization");
        var (ofLayer, ofAll, ofOthers) = (left.GetProperty("ofLayer").GetDouble(), left.GetProperty("ofAll").GetDouble(), left.GetProperty("ofOthers").GetDouble());
        Assert.All([ofLayer, ofAll, ofOthers], similarity => Assert.InRange(similarity, -1, 0.5));
        Assert.InRange(left.GetProperty("deviations").GetDouble(), -10, layer.GetProperty("medianDeviations").GetDouble() / 2);
    }

    private async Task<JsonElement> RunAsync(params string[] words)
    {
        var answer = await commands.RunAsync(_folder.Path, AmVizProcess.OneThread, [.. words, "--out", "out", "--json"]);
        Assert.True(answer.Code == 0, answer.Error);
        return answer.Json;
    }
}
