using AmViz.TestKit;

namespace AmViz.Cli.Tests;

/// <summary>A folder with a TorchScript program of four classes.</summary>
internal static class TorchScriptFolder
{
    /// <summary>Writes it.</summary>
    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.Copy(RepositoryTree.At("tests", "AmViz.Weights.Tests", "Fixtures", "script_modules.pt"), Path.Combine(folder, "net.pt"));
        File.WriteAllText(
            Path.Combine(folder, "config.json"),
            """
            {
              "architecture": "torchscript", "classes": 4, "inputSize": 32, "preprocessing": "x / 127.5 - 1", "taps": "modules",
              "layers": [{"name": "logits", "kind": "logits", "channels": 4, "module": "head", "input": "mean"}],
              "provenance": {"source": "made by a test", "license": "MIT"}
            }
            """);
    }
}
