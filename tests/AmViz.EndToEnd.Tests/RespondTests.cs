using System.Security.Cryptography;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests;

/// <summary>A pass of photographs may die at any moment; run again, it goes on and ends as if nothing had happened.</summary>
public sealed class RespondTests(ITestOutputHelper output, CommandProcesses commands) : IDisposable
{
    private const int Kills = 3;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task KilledAtRandomMomentsThePassEndsInTheFilesOfAnUndisturbedOne()
    {
        var whole = await commands.RunAsync(_folder.Path, AmVizProcess.OneThread, Pass("whole", workers: 2));
        Assert.True(whole.Code == 0, whole.Error);

        var seed = Environment.TickCount;
        var random = new Random(seed);
        var survived = new List<int>();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var killed = AmVizProcess.Start(_folder.Path, AmVizProcess.OneThread, Pass("killed", workers: 1));
            var wanted = Math.Min(15, Shards("killed") + random.Next(1, 5));
            await killed.UntilAsync($"{wanted} shards are stored", () => Shards("killed") >= wanted || killed.HasExited);
            await killed.KillAsync();
            survived.Add(Shards("killed"));
        }

        output.WriteLine($"seed {seed}, shards after each kill: {string.Join(", ", survived)}");
        using var last = await AmVizProcess.RunAsync(_folder.Path, AmVizProcess.OneThread, Pass("killed", workers: 1));
        Assert.Equal(0, await last.ExitCodeAsync());
        Assert.Equal(survived[^1], last.Json.GetProperty("skippedShards").GetInt32());
        Assert.Equal(Files("whole"), Files("killed"));
    }

    private static string[] Pass(string folder, int workers) =>
    [
        "respond", "--layer", "conv_pw_3_bn,logits", "--textures", "512", "--shard-size", "32", "--crops", "1", "--effective-fields", "1", "--workers", $"{workers}", "--out", folder, "--json",
    ];

    private int Shards(string folder)
        => Directory.Exists(_folder.At(folder)) ? Directory.GetDirectories(_folder.At(folder), "shards", SearchOption.AllDirectories).Sum(shards => Directory.GetFiles(shards).Length) : 0;

    private Dictionary<string, string> Files(string folder) => Directory.GetFiles(_folder.At(folder), "*", SearchOption.AllDirectories)
        .Select(file => (Name: Path.GetRelativePath(_folder.At(folder), file), File: file)).Where(one => !one.Name.Split('/').Any(part => part.StartsWith('.')))
        .ToDictionary(one => one.Name, one => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(one.File))), StringComparer.Ordinal);
}
