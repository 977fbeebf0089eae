using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AmViz.Models;
using AmViz.TestKit;

namespace AmViz.Cluster.Silo.Tests;

/// <summary>A weights folder with labels outside it: texturenet with its last weight changed, so that no program has it built in.</summary>
internal sealed class WeightsOnDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="change">Different numbers give different digests.</param>
    public WeightsOnDisk(byte change = 1)
    {
        var weights = Resource("model.safetensors");
        weights[^4] ^= change;
        Digest = Convert.ToHexStringLower(SHA256.HashData(weights));
        Directory.CreateDirectory(Path);
        File.WriteAllBytes(System.IO.Path.Combine(Path, "model.safetensors"), weights);
        File.WriteAllBytes(_folder.At("labels.json"), Resource("labels.json"));
        var config = JsonNode.Parse(Resource("config.json"))!;
        config["sha256"] = Digest;
        config["labels"] = "../labels.json";
        File.WriteAllText(System.IO.Path.Combine(Path, "config.json"), config.ToJsonString(JsonSerializerOptions.Web));
    }

    public string Path => _folder.At("mynet");

    public string Digest { get; }

    public NetworkSource Open() => NetworkCatalogue.Open(model: null, Path);

    public void Dispose() => _folder.Dispose();

    private static byte[] Resource(string file)
    {
        using var stream = typeof(NetworkCatalogue).Assembly.GetManifestResourceStream($"networks/texturenet/{file}")!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
