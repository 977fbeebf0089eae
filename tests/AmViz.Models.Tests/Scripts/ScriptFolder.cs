using System.Text.Json;
using System.Text.Json.Nodes;
using AmViz.Networks;

namespace AmViz.Models.Tests;

/// <summary>A folder with one of the TorchScript fixtures and a description of it.</summary>
internal sealed class ScriptFolder : IDisposable
{
    public ScriptFolder(string fixture, string taps, params JsonObject[] layers)
    {
        File.Copy(Fixture.Path(fixture), Path.Combine(Root, "net.pt"));
        Config = new JsonObject
        {
            ["architecture"] = "torchscript",
            ["classes"] = 4,
            ["inputSize"] = 32,
            ["preprocessing"] = "x / 127.5 - 1",
            ["taps"] = taps,
            ["layers"] = new JsonArray([.. layers]),
        };
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("amviz-script-").FullName;

    public JsonObject Config { get; }

    public static JsonObject Stem => new() { ["name"] = "stem", ["channels"] = 8, ["height"] = 16, ["width"] = 16 };

    public static JsonObject Block => new() { ["name"] = "block", ["channels"] = 6, ["height"] = 8, ["width"] = 8 };

    public static JsonObject Head => new() { ["name"] = "logits", ["kind"] = "logits", ["module"] = "head", ["input"] = "mean" };

    public static ScriptFolder Modules() => new("script_modules.pt", "modules", Stem, Block, Head);

    public static ScriptFolder Tuple() => new("script_tuple.pt", "tuple", Stem, Block, Head);

    public static ScriptFolder UpTo() => new("script_upto.pt", "upto", Stem, Block, Head);

    public NetworkSource Open(string? name = null)
    {
        File.WriteAllText(Path.Combine(Root, "config.json"), JsonSerializer.Serialize(Config));
        return NetworkCatalogue.Open(name ?? "script", Root);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
