using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AmViz.Models;
using AmViz.TestKit;

namespace AmViz.Networks.Tests;

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

    public NetworkSource Open(string? checkpointKey = null) => NetworkCatalogue.Open(model: null, Path, checkpointKey);

    /// <summary>Puts two networks into the file, under <c>student</c> and <c>teacher</c>.</summary>
    public void Twice() => Rewrite(tensors => Write("model.safetensors", [.. tensors.Select(tensor => tensor with { Name = $"student.{tensor.Name}" }), .. tensors.Select(tensor => tensor with { Name = $"teacher.{tensor.Name}" })]));

    /// <summary>Splits the file into two with an index.</summary>
    public void Shard() => Rewrite(tensors =>
    {
        var half = tensors.Length / 2;
        Write("a.safetensors", tensors[..half]);
        Write("b.safetensors", tensors[half..]);
        var map = tensors.Select((tensor, index) => KeyValuePair.Create(tensor.Name, index < half ? "a.safetensors" : "b.safetensors")).ToDictionary(StringComparer.Ordinal);
        File.WriteAllText(System.IO.Path.Combine(Path, "model.safetensors.index.json"), JsonSerializer.Serialize(new { weight_map = map }));
    });

    public void Dispose() => _folder.Dispose();

    // Byte by byte, since these tests run without libtorch.
    private void Rewrite(Action<StoredTensor[]> write)
    {
        var weights = System.IO.Path.Combine(Path, "model.safetensors");
        var bytes = File.ReadAllBytes(weights);
        var start = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        File.Delete(weights);
        write(
        [
            .. from entry in JsonNode.Parse(bytes.AsSpan(8, start - 8))!.AsObject()
               where entry.Key != "__metadata__"
               let offsets = entry.Value!["data_offsets"]!.AsArray()
               select new StoredTensor(entry.Key, entry.Value, bytes[(start + (int)offsets[0]!)..(start + (int)offsets[1]!)]),
        ]);

        // Another file than before; what is in it now is checked by the test.
        var config = System.IO.Path.Combine(Path, "config.json");
        var rewritten = JsonNode.Parse(File.ReadAllText(config))!.AsObject();
        rewritten.Remove("sha256");
        File.WriteAllText(config, rewritten.ToJsonString(JsonSerializerOptions.Web));
    }

    private void Write(string name, IEnumerable<StoredTensor> tensors)
    {
        var header = new JsonObject();
        using var data = new MemoryStream();
        foreach (var (tensor, entry, bytes) in tensors)
        {
            var described = entry.DeepClone();
            described["data_offsets"] = new JsonArray(data.Length, data.Length + bytes.Length);
            header[tensor] = described;
            data.Write(bytes);
        }

        var text = JsonSerializer.SerializeToUtf8Bytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        File.WriteAllBytes(System.IO.Path.Combine(Path, name), [.. length, .. text, .. data.ToArray()]);
    }

    private sealed record StoredTensor(string Name, JsonNode Entry, byte[] Bytes);

    private static byte[] Resource(string file)
    {
        using var stream = typeof(NetworkCatalogue).Assembly.GetManifestResourceStream($"networks/texturenet/{file}")!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
