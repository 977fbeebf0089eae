using System.Text.Json;
using System.Text.Json.Nodes;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests;

/// <summary>TorchScript programs from the proposed description to a picture, and one that ends every process that loads it.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ProposedDescriptionIsEnoughToDraw()
    {
        var program = Put("script_modules.pt");
        using var proposed = await AmVizProcess.RunAsync(_folder.Path, "models", "probe", program, "--size", "32");
        Assert.Equal(0, await proposed.ExitCodeAsync());
        Assert.Contains("Correct 'preprocessing'", proposed.Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder.At("net", "config.json"), proposed.Output, TestContext.Current.CancellationToken);

        using var drawn = await AmVizProcess.RunAsync(
            _folder.Path, "render", "--weights", "net", "--layer", "stem.0", "--channel", "1,5", "--steps", "8", "--size", "32", "--out", "pictures", "--json");
        Assert.Equal(0, await drawn.ExitCodeAsync());
        var row = drawn.Json[0];
        Assert.True(row.GetProperty("objective").GetProperty("final").GetDouble() > row.GetProperty("objective").GetProperty("initial").GetDouble());

        using var swept = await AmVizProcess.RunAsync(_folder.Path, "run", "--weights", "net", "--layer", "logits", "--steps", "4", "--size", "32", "--out", "out", "--json");
        Assert.Equal(0, await swept.ExitCodeAsync());
    }

    [Fact]
    public async Task ProgramThatEndsTheProcessThatLoadsItDoesNotEndOurs()
    {
        var program = Put("script_aborts.pt");
        using var probed = await AmVizProcess.RunAsync(_folder.Path, "models", "probe", program, "--size", "32");
        Assert.Equal(2, await probed.ExitCodeAsync());
        Assert.Contains("the process that tried it died", probed.Error, StringComparison.Ordinal);

        var config = new JsonObject
        {
            ["architecture"] = "torchscript",
            ["classes"] = 4,
            ["inputSize"] = 32,
            ["preprocessing"] = "x / 127.5 - 1",
            ["taps"] = "tuple",
            ["layers"] = new JsonArray(new JsonObject { ["name"] = "logits", ["kind"] = "logits" }),
        };
        await File.WriteAllTextAsync(_folder.At("net", "config.json"), JsonSerializer.Serialize(config), TestContext.Current.CancellationToken);
        using var drawn = await AmVizProcess.RunAsync(_folder.Path, "render", "--weights", "net", "--layer", "logits", "--channel", "1", "--steps", "2", "--size", "32", "--out", "pictures");

        Assert.NotEqual(0, await drawn.ExitCodeAsync());
        Assert.Contains("its program was not loaded, because the process that tried it died", drawn.Error, StringComparison.Ordinal);
        Assert.Contains("without torch.jit.optimize_for_inference", drawn.Error, StringComparison.Ordinal);
    }

    private string Put(string fixture)
    {
        Directory.CreateDirectory(_folder.At("net"));
        var path = _folder.At("net", "net.pt");
        File.Copy(RepositoryTree.At("tests", "AmViz.Weights.Tests", "Fixtures", fixture), path);
        return path;
    }
}
