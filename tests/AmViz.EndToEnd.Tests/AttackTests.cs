using System.Text.Json;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests;

/// <summary>Adversarial examples on the real engine: what counts is what another process says of the file.</summary>
public sealed class AttackTests(CommandProcesses commands) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheSavedFileIsClassifiedAsTheTarget()
    {
        await JsonOfAsync("render", "--layer", "logits", "--channel", "5", "--steps", "48", "--out", "pictures");

        var attack = await JsonOfAsync("attack", "--image", "pictures/texturenet-logits-5-s0.png", "--target", "rings,blue patches", "--epsilon", "0.1", "--out", "attacked");

        Assert.Equal(2, attack.GetProperty("fooled").GetInt32());
        foreach (var row in attack.GetProperty("attacks").EnumerateArray())
        {
            var classified = await JsonOfAProcessAsync("classify", "--image", row.GetProperty("adversarial").GetString()!);
            Assert.Equal(row.GetProperty("target").GetProperty("index").GetInt32(), classified.GetProperty("top")[0].GetProperty("index").GetInt32());
            Assert.Equal(
                row.GetProperty("after").GetProperty("top")[0].GetProperty("logit").GetDouble(), classified.GetProperty("top")[0].GetProperty("logit").GetDouble(), 1e-4);
            Assert.InRange(row.GetProperty("lInfinity").GetDouble(), 1 / 255d, 0.1);
        }
    }

    [Fact]
    public async Task ARealNetworkIsFooledWithTheNumbersOfThePaper()
    {
        var weights = SharedData.Weights("mobilenet_v1_0.25_128_qat");
        Assert.SkipWhen(SharedData.WhyMissing(weights) is not null, SharedData.WhyMissing(weights) ?? "");

        var attack = await JsonOfAsync("attack", "--weights", weights, "--image", Path.Combine(SharedData.Photos, "coral_hotdog.png"), "--target", "ladybug", "--out", "attacked");

        var row = attack.GetProperty("attacks")[0];
        Assert.Equal(301, row.GetProperty("after").GetProperty("top")[0].GetProperty("index").GetInt32());
        Assert.InRange(row.GetProperty("lInfinity").GetDouble(), 1 / 255d, 0.01);
    }

    [Fact]
    public async Task WeightsThatEndBeforeTheLogitsCannotBeAttacked()
    {
        var weights = SharedData.Weights("mobilenet_v1_1.0_224_keras_partial");
        Assert.SkipWhen(SharedData.WhyMissing(weights) is not null, SharedData.WhyMissing(weights) ?? "");
        var run = await commands.RunAsync(
            _folder.Path, AmVizProcess.OneThread, ["attack", "--weights", weights, "--image", Path.Combine(SharedData.Photos, "coral_hotdog.png"), "--target", "3", "--out", "attacked"]);
        Assert.Equal(2, run.Code);
        Assert.Contains("has no layer 'logits': its weights end at", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    private async Task<JsonElement> JsonOfAsync(params string[] arguments)
    {
        var run = await commands.RunAsync(_folder.Path, AmVizProcess.OneThread, [.. arguments, "--json"]);
        Assert.True(run.Code == 0, run.Error);
        return run.Json;
    }

    private async Task<JsonElement> JsonOfAProcessAsync(params string[] arguments)
    {
        using var run = await AmVizProcess.RunAsync(_folder.Path, [.. arguments, "--json"]);
        Assert.True(await run.ExitCodeAsync() == 0, run.Error);
        return run.Json;
    }
}
