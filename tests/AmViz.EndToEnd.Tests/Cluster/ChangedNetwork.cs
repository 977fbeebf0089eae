using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>A weights folder: texturenet with one weight changed, so that no program has it built in.</summary>
internal sealed class ChangedNetwork
{
    /// <param name="folder">Where it is written.</param>
    public ChangedNetwork(string folder)
    {
        Path = Directory.CreateDirectory(folder).FullName;
        var embedded = System.IO.Path.Combine(RepositoryTree.Root, "src", "AmViz.Networks", "Embedded", "texturenet");
        var weights = File.ReadAllBytes(System.IO.Path.Combine(embedded, "model.safetensors"));
        weights[^4] ^= 1;
        Digest = Convert.ToHexStringLower(SHA256.HashData(weights));
        File.WriteAllBytes(System.IO.Path.Combine(Path, "model.safetensors"), weights);
        File.Copy(System.IO.Path.Combine(embedded, "labels.json"), System.IO.Path.Combine(Path, "labels.json"));
        var config = JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(embedded, "config.json")))!;
        config["sha256"] = Digest;
        File.WriteAllText(System.IO.Path.Combine(Path, "config.json"), config.ToJsonString());
    }

    /// <summary>For <c>--weights</c>.</summary>
    public string Path { get; }

    /// <summary>SHA-256 of its weights.</summary>
    public string Digest { get; }
}
