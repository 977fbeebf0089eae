using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests;

/// <summary>A run that dies in the middle of a long batch goes on in the middle of it.</summary>
public sealed class CheckpointTests(ITestOutputHelper output, CommandProcesses commands) : IDisposable
{
    private const int Steps = 400;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task KilledTwiceAndStoppedOnceInTheMiddleOfABatchThePicturesAreThoseOfAnUndisturbedRun()
    {
        var whole = await commands.RunAsync(_folder.Path, AmVizProcess.OneThread, Sweep("undisturbed", "60"));
        Assert.Equal(2, whole.Json.GetProperty("rendered").GetInt32());

        for (var kill = 0; kill < 2; kill++)
        {
            using var killed = AmVizProcess.Start(_folder.Path, AmVizProcess.OneThread, Sweep("disturbed", "0.2"));
            await UntilSavedAnewAsync(killed);
            await killed.KillAsync();
        }

        using (var stopped = AmVizProcess.Start(_folder.Path, AmVizProcess.OneThread, Sweep("disturbed", "0.2")))
        {
            await UntilSavedAnewAsync(stopped);
            stopped.Interrupt();
            Assert.Equal(4, await stopped.ExitCodeAsync());
            Assert.Equal(0, stopped.Json.GetProperty("rendered").GetInt32());
        }

        using var last = await AmVizProcess.RunAsync(_folder.Path, AmVizProcess.OneThread, Sweep("disturbed", "0.2"));
        Assert.Equal(0, await last.ExitCodeAsync());
        Assert.Equal(2, last.Json.GetProperty("rendered").GetInt32());
        var runs = await new StoreFolder(_folder.At("disturbed")).RunLogAsync(last.Json);
        output.WriteLine($"resumed at {string.Join(", ", runs.Select(run => run.ResumedAt))} of {Steps}");
        Assert.All(runs, run => Assert.InRange(run.ResumedAt, 3, Steps - 1));
        Assert.Equal(Pictures("undisturbed"), Pictures("disturbed"));
        Assert.Empty(Checkpoints());
    }

    private static string[] Sweep(string folder, string interval) =>
    [
        "run", "--layer", "conv_pw_5_bn", "--channels", "0-1", "--size", "48", "--workers", "1", "--batch", "2", "--steps", $"{Steps}",
        "--checkpoint-interval", interval, "--out", folder, "--json",
    ];

    /// <summary>Waits until both images have been saved by this process.</summary>
    private async Task UntilSavedAnewAsync(AmVizProcess process)
    {
        var before = Checkpoints().ToDictionary(file => file, File.GetLastWriteTimeUtc, StringComparer.Ordinal);
        await process.UntilAsync("both images are saved", () => Checkpoints().Count(file => !before.TryGetValue(file, out var at) || at != File.GetLastWriteTimeUtc(file)) == 2);
    }

    private string[] Checkpoints()
    {
        var folder = Path.Combine(_folder.At("disturbed"), "checkpoints");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
    }

    private (string Name, string Content)[] Pictures(string folder)
    {
        var results = Path.Combine(_folder.At(folder), "results");
        return [.. Directory.GetFiles(results, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (Path.GetRelativePath(results, file), Convert.ToBase64String(File.ReadAllBytes(file))))];
    }
}
