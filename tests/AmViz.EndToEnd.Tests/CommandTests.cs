using System.Text.Json;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests;

/// <summary>Every command on the real engine, by the JSON that scripts read.</summary>
public sealed class CommandTests(CommandProcesses commands) : IDisposable
{
    private static readonly Dictionary<string, string> NoVariables = new(StringComparer.Ordinal);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RenderWritesPicturesThatClassifyReads()
    {
        var rendered = await JsonOfAsync("render", "--layer", "logits", "--channel", "2,17", "--steps", "24", "--out", "pictures");
        Assert.Equal(2, rendered.GetArrayLength());
        var row = rendered[1];
        Assert.Equal(["model", "layer", "channel", "seed", "steps", "objective", "file", "sha256", "seconds", "error"], Names(row));
        Assert.True(row.GetProperty("objective").GetProperty("final").GetDouble() > row.GetProperty("objective").GetProperty("initial").GetDouble());
        Assert.True(File.Exists(_folder.At("pictures", "texturenet-logits-17-s0.png")));
        Assert.True(File.Exists(_folder.At("pictures", "sheet.png")));

        var classified = await JsonOfAsync("classify", "--image", row.GetProperty("file").GetString()!, "--top", "3");
        Assert.Equal(["model", "image", "frames", "top"], Names(classified));
        Assert.Equal(3, classified.GetProperty("top").GetArrayLength());
        Assert.Equal(["index", "label", "logit", "probability"], Names(classified.GetProperty("top")[0]));
    }

    [Fact]
    public async Task TheSamePictureComesOutTwice()
    {
        string[] line = ["render", "--layer", "conv_pw_4_bn", "--channel", "5", "--steps", "10", "--seed", "3", "--out"];
        var first = await JsonOfAProcessAsync([.. line, "a"]);
        var second = await JsonOfAProcessAsync([.. line, "b"]);
        Assert.Equal(first[0].GetProperty("sha256").GetString(), second[0].GetProperty("sha256").GetString());
    }

    [Fact]
    public async Task BenchMeasures()
    {
        var measured = await JsonOfAsync("bench", "--steps", "5");
        Assert.Equal("texturenet", measured.GetProperty("model").GetString());
        Assert.Equal("cpu", measured.GetProperty("device").GetString());
        Assert.All(
            ["stepMilliseconds", "channelStepsPerSecond", "gflopsPerSecond", "ceilingGflopsPerSecond"],
            name => Assert.True(measured.GetProperty(name).GetDouble() > 0, name));
    }

    [Fact]
    public async Task ModelsAndVersionDescribeWhatIsThere()
    {
        Assert.Contains("texturenet", (await JsonOfAsync("models")).EnumerateArray().Select(row => row.GetProperty("name").GetString()));
        var layer = (await JsonOfAsync("models", "show", "texturenet")).GetProperty("layers")[0];
        Assert.Superset(new HashSet<string>(["name", "kind", "channels", "height", "width"]), Names(layer).ToHashSet());
        Assert.False(string.IsNullOrEmpty((await JsonOfAProcessAsync("version")).GetProperty("version").GetString()));
    }

    [Fact]
    public async Task ManifestAndAtlasReadAStore()
    {
        var run = await JsonOfAsync("run", "--layer", "logits", "--channels", "0-1", "--steps", "2", "--size", "32", "--out", "out");
        var shown = await JsonOfAsync("manifest", "show", "--out", "out", "--rows");
        Assert.Equal(run.GetProperty("sweepId").GetString(), shown.GetProperty("manifest").GetProperty("sweepId").GetString());
        Assert.Equal(2, shown.GetProperty("rows").GetArrayLength());
        var built = await JsonOfAsync("atlas", "build", "--out", "out", "--atlas", "site");
        Assert.True(File.Exists(built.GetProperty("atlas").GetString()));
        Assert.Equal(0, built.GetProperty("unreadablePictures").GetInt32());
    }

    [Theory]
    [InlineData("mobilenet_v1_0.25_128_qat")]
    [InlineData("mobilenet_v1_1.0_224_qat")]
    public async Task RealWeightsAgreeWithTheirReference(string name)
    {
        var weights = SharedData.Weights(name);
        Assert.SkipWhen(SharedData.WhyMissing(weights) is not null, SharedData.WhyMissing(weights) ?? "");
        var report = await JsonOfAsync("models", "verify", "--weights", weights);
        Assert.True(report.GetProperty("passed").GetBoolean());
        Assert.InRange(report.GetProperty("maxLogitError").GetDouble(), 0, 1e-2);
        Assert.Equal(report.GetProperty("photos").GetInt32(), report.GetProperty("top1Agreements").GetInt32());
    }

    [Fact]
    public async Task ARealNetworkNamesWhatIsOnAPhotograph()
    {
        var weights = SharedData.Weights("mobilenet_v1_1.0_224_qat");
        Assert.SkipWhen(SharedData.WhyMissing(weights) is not null, SharedData.WhyMissing(weights) ?? "");
        var classified = await JsonOfAsync("classify", "--weights", weights, "--image", Path.Combine(SharedData.Photos, "coral_hotdog.png"));
        Assert.Contains("hotdog", classified.GetProperty("top")[0].GetProperty("label").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SettingsComeFromTheFileOfTheWorkingFolder()
    {
        File.WriteAllText(_folder.At("amviz.json"), """{ "Device": { "Batch": 3 } }""");
        Assert.Equal(3, (await JsonOfAsync("bench", "--steps", "2")).GetProperty("batch").GetInt32());
    }

    private async Task<JsonElement> JsonOfAsync(params string[] arguments)
    {
        var run = await commands.RunAsync(_folder.Path, NoVariables, [.. arguments, "--json"]);
        Assert.True(run.Code == 0, run.Error);
        return run.Json;
    }

    private async Task<JsonElement> JsonOfAProcessAsync(params string[] arguments)
    {
        using var run = await AmVizProcess.RunAsync(_folder.Path, [.. arguments, "--json"]);
        Assert.True(await run.ExitCodeAsync() == 0, run.Error);
        return run.Json;
    }

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(property => property.Name);
}
