using System.Security.Cryptography;
using AmViz.Cli.CommandLine;
using AmViz.Imaging;

namespace AmViz.Cli.Tests.Commands;

/// <summary>A pass of photographs as the work of a sweep, on the grains of a cluster in one process: it is the pass of <c>amviz respond</c>.</summary>
public sealed class PassSweepTests : TinyNetworkTest
{
    private string Out => Folder.At("out");

    [Fact]
    public async Task TexturesThatASweepShowsEndInTheFilesOfOneCommand()
    {
        var engine = new FakeEngine();
        var run = await SweepAsync(engine, "textures: 60, shardSize: 16, crops: 2", "--workers", "2", "--json");
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        Assert.Equal((5, 5, 0), (run.Json.GetProperty("planned").GetInt32(), run.Json.GetProperty("rendered").GetInt32(), run.Json.GetProperty("failed").GetInt32()));
        Assert.Equal(60, engine.Shown.Count);
        Assert.Contains("plan     4 shards of photographs, 1 run of the network each, and their tables; pass", run.Error, StringComparison.Ordinal);

        await RespondAsync("--textures", "60", "--shard-size", "16", "--crops", "2");
        Assert.Equal(Files(Folder.At("alone")), Files(Out));
        var again = await SweepAsync(engine, "textures: 60, shardSize: 16, crops: 2", "--json");
        Assert.Equal((5, 60), (again.Json.GetProperty("skipped").GetInt32(), engine.Shown.Count));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task FilesAreShownFromTheirFolderOrFromCopies(string copy)
    {
        WritePhotographs();
        var run = await SweepAsync(new FakeEngine(), $"folder: {Folder.At("photos")}, copy: {copy}");
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        await RespondAsync("--photos", Folder.At("photos"));
        Assert.Equal(Files(Folder.At("alone")), Files(Out).Where(file => !file.Key.Contains("/copies/", StringComparison.Ordinal)));
        Assert.Equal(copy == "true" ? 3 : 0, Files(Out).Count(file => file.Key.Contains("/copies/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task TheAtlasIsOfTheSweepsThatDraw()
    {
        await SweepAsync(new FakeEngine(), "textures: 20");
        Assert.Contains("draws nothing and has no picture to lay out", (await CommandLineRun.OfAsync("atlas", "build", "--out", Out)).Error, StringComparison.Ordinal);
        await CommandLineRun.OfAsync(new FakeEngine(), ["run", "--weights", Network.Path, "--layer", "logits", "--steps", "8", "--out", Out]);
        var built = await CommandLineRun.OfAsync("atlas", "build", "--out", Out, "--json");
        Assert.Equal(1, built.Json.GetProperty("sweeps").GetArrayLength());
        Assert.Equal(ExitCode.Done, (await CommandLineRun.OfAsync("manifest", "verify", "--out", Out)).ExitCode);
    }

    [Fact]
    public async Task OptionsThatChangeARecipeAreRefusedAndNotIgnored()
        => Assert.Contains("recipe: Nothing is drawn where photographs are shown", (await SweepAsync(new FakeEngine(), "textures: 20", "--steps", "8")).Error, StringComparison.Ordinal);

    [Fact]
    public async Task WhatIsShownIsNotEstimated()
        => Assert.Contains("'amviz bench --responses'", (await SweepAsync(new FakeEngine(), "textures: 20", "--estimate")).Error, StringComparison.Ordinal);

    private Task<CommandLineRun> SweepAsync(FakeEngine engine, string photographs, params string[] more)
    {
        File.WriteAllText(Folder.At("spec.yaml"), $"models: [{{weights: {Network.Path}, layers: [logits, conv_pw_5]}}]\nphotographs: {{{photographs}}}\n");
        return CommandLineRun.OfAsync(engine, ["run", Folder.At("spec.yaml"), "--out", Out, .. more]);
    }

    private async Task RespondAsync(params string[] photographs)
    {
        var run = await CommandLineRun.OfAsync(new FakeEngine(), ["respond", "--weights", Network.Path, "--layer", "logits,conv_pw_5", "--out", Folder.At("alone"), .. photographs]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
    }

    private void WritePhotographs()
    {
        Directory.CreateDirectory(Folder.At("photos/ant"));
        for (byte i = 0; i < 3; i++)
        {
            File.WriteAllBytes(Folder.At($"photos/ant/{i}.png"), PngCodec.Encode(Picture.FromPlanes([.. Enumerable.Repeat((i + 1) / 4f, 3 * 64 * 64)], 64, 64)));
        }
    }

    /// <summary>Tables, shards, lists and crops by their paths.</summary>
    private static Dictionary<string, string> Files(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .Select(file => (Name: "/" + Path.GetRelativePath(folder, file), File: file))
        .Where(one => one.Name.StartsWith("/responses/", StringComparison.Ordinal) || one.Name.StartsWith("/crops/", StringComparison.Ordinal))
        .ToDictionary(one => one.Name, one => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(one.File))), StringComparer.Ordinal);
}
