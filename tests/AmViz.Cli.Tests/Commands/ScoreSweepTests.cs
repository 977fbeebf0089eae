using System.Security.Cryptography;
using AmViz.Cli.CommandLine;

namespace AmViz.Cli.Tests.Commands;

/// <summary>Scores as the work of a sweep, on the grains of a cluster in one process: they are those of <c>amviz score</c>.</summary>
public sealed class ScoreSweepTests : TinyNetworkTest
{
    private const string Layers = "conv_pw_5_bn,logits";

    private readonly FakeEngine _engine = new() { Respond = (red, channel) => MathF.Sin((channel + 1) * red) };

    private string Out => Folder.At("out");

    [Theory]
    [InlineData("{}")]
    [InlineData("{judge: texturevit}", "--judge", "texturevit")]
    public async Task ASweepEndsInTheFilesOfOneCommandWhichFindsThemDone(string scores, params string[] options)
    {
        await DrawAndShowAsync();
        var run = await SweepAsync(scores, "--workers", "2", "--json");
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        Assert.Equal((2, 2, 0), (run.Json.GetProperty("planned").GetInt32(), run.Json.GetProperty("rendered").GetInt32(), run.Json.GetProperty("failed").GetInt32()));
        Assert.Contains("plan     scores of 8 pictures of sweep", run.Error, StringComparison.Ordinal);
        Assert.Contains("scores/conv_pw_5_bn  1/1", run.Error, StringComparison.Ordinal);
        var (swept, shown) = (Files(), _engine.Shown.Count);
        Assert.Equal(2, swept.Count);

        await DoneAsync("score", options);
        Assert.Equal((shown, swept.Count), (_engine.Shown.Count, Files().Count));
        Directory.Delete(Path.Combine(Out, "scores"), recursive: true);
        await DoneAsync("score", options);
        Assert.Equal(swept, Files());
        Assert.Equal(ExitCode.Done, (await CommandLineRun.OfAsync("manifest", "verify", "--out", Out)).ExitCode);
    }

    [Fact]
    public async Task WhatOneCommandScoredIsNotScoredAgainAndALostTableIsMadeAnew()
    {
        await DrawAndShowAsync();
        await DoneAsync("score");
        var shown = _engine.Shown.Count;
        Assert.Equal(2, (await SweepAsync("{}", "--json")).Json.GetProperty("skipped").GetInt32());
        Assert.Equal(shown, _engine.Shown.Count);

        var before = Files();
        var lost = Directory.GetFiles(Path.Combine(Out, "scores"), "*.parquet", SearchOption.AllDirectories)[0];
        File.Delete(lost);
        Assert.Contains("What the row was written for is not there", (await CommandLineRun.OfAsync("manifest", "verify", "--out", Out)).Output, StringComparison.Ordinal);
        var again = await SweepAsync("{}", "--json");
        Assert.Equal((1, 1), (again.Json.GetProperty("rendered").GetInt32(), again.Json.GetProperty("skipped").GetInt32()));
        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task OtherPicturesAreAnotherSweep()
    {
        await DrawAndShowAsync();
        var first = await SweepAsync("{}", "--json");
        await DoneAsync("run", "--layer", Layers, "--channels", "0-2", "--steps", "8");
        var which = await SweepAsync("{}");
        Assert.Equal(ExitCode.Usage, which.ExitCode);
        Assert.Contains("scores: Which sweep of", which.Error, StringComparison.Ordinal);
        var sweeps = Directory.GetDirectories(Path.Combine(Out, "sweeps")).Select(Path.GetFileName).Where(id => File.ReadAllText(Path.Combine(Out, "sweeps", id!, "sweep.json")).Contains("0-2", StringComparison.Ordinal));
        var second = await SweepAsync($"{{sweep: {Assert.Single(sweeps)}}}", "--json");
        Assert.Equal(2, second.Json.GetProperty("rendered").GetInt32());
        Assert.NotEqual(first.Json.GetProperty("sweepId").GetString(), second.Json.GetProperty("sweepId").GetString());
    }

    [Fact]
    public async Task ASweepWithoutPicturesOrWithoutAPassIsExplained()
    {
        await DoneAsync("run", "--layer", Layers, "--channels", "0-3", "--steps", "8");
        var none = await SweepAsync("{}");
        Assert.Equal(ExitCode.Usage, none.ExitCode);
        Assert.Contains($"has both pictures and a finished pass of photographs. Run 'amviz respond --layer {Layers}' with photographs or textures first", none.Error, StringComparison.Ordinal);
        File.Delete(Directory.GetFiles(Out, "manifest.parquet", SearchOption.AllDirectories).Single());
        Assert.Contains("has not ended, and only then its manifest names its pictures", (await SweepAsync("{}")).Error, StringComparison.Ordinal);
        Assert.Contains("Nothing is drawn where pictures are scored", (await SweepAsync("{}", "--steps", "8")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ScoresAreNeitherEstimatedNorScored()
    {
        await DrawAndShowAsync();
        Assert.Contains("this sweep draws none", (await SweepAsync("{}", "--estimate")).Error, StringComparison.Ordinal);
        var id = (await SweepAsync("{}", "--json")).Json.GetProperty("sweepId").GetString()!;
        Assert.Contains("draws no pictures", (await SweepAsync($"{{sweep: {id}}}")).Error, StringComparison.Ordinal);
    }

    private async Task DrawAndShowAsync()
    {
        await DoneAsync("run", "--layer", Layers, "--channels", "0-3", "--steps", "8");
        await DoneAsync("respond", "--layer", Layers, "--textures", "40", "--crops", "2", "--effective-fields", "0");
    }

    private Task<CommandLineRun> SweepAsync(string scores, params string[] more)
    {
        File.WriteAllText(Folder.At("spec.yaml"), $"models: [{{weights: {Network.Path}}}]\nscores: {scores}\n");
        return CommandLineRun.OfAsync(_engine, ["run", Folder.At("spec.yaml"), "--out", Out, .. more]);
    }

    private async Task DoneAsync(string command, params string[] arguments)
    {
        var run = await CommandLineRun.OfAsync(_engine, [command, "--weights", Network.Path, "--out", Out, .. arguments]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
    }

    /// <summary>Tables of scores by their paths.</summary>
    private Dictionary<string, string> Files() => Directory.GetFiles(Path.Combine(Out, "scores"), "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(Out, file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))), StringComparer.Ordinal);
}
