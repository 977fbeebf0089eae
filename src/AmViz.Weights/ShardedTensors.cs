using System.Security.Cryptography;
using System.Text.Json;
using TorchSharp;

namespace AmViz.Weights;

/// <summary>Weights in several files, and the index that tells which tensor is in which, as Hugging Face's libraries write them.</summary>
/// <remarks>
/// <c>model.safetensors.index.json</c> or <c>pytorch_model.bin.index.json</c>: an object whose <c>weight_map</c> leads from the name of each tensor to
/// the name of a file beside it. Headers are read at once, tensors when they are asked for. The index is believed in nothing: no name leads out of its
/// folder, every shard must be there and have the tensors that the index finds in it.
/// </remarks>
internal sealed class ShardedTensors : ITensorFile
{
    /// <summary>How the name of an index ends.</summary>
    public const string IndexEnding = ".index.json";

    // An entry takes some hundred bytes.
    private const int LongestIndex = 16 << 20;

    // The largest language models published have 191; each is an open file.
    private const int MostShards = 500;

    private readonly byte[] _text;
    private readonly string _name;
    private readonly SortedDictionary<string, ITensorFile> _shards;
    private readonly IReadOnlyDictionary<string, string> _map;

    private ShardedTensors(byte[] text, string name, SortedDictionary<string, ITensorFile> shards, IReadOnlyDictionary<string, string> map)
    {
        _text = text;
        _name = name;
        _shards = shards;
        _map = map;
        foreach (var (tensor, shard) in map)
        {
            if (!shards[shard].Tensors.ContainsKey(tensor))
            {
                throw Wrong(name, $"it finds tensor '{ErrorText.Shorten(tensor)}' in '{ErrorText.Shorten(shard)}', which does not have it");
            }
        }

        Tensors = map.ToDictionary(entry => entry.Key, entry => shards[entry.Value].Tensors[entry.Key], StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>Reads an index, which is closed at once, and opens its shards.</summary>
    /// <param name="stream">The index.</param>
    /// <param name="name">How to call it in errors.</param>
    /// <param name="open">From the name of a shard to its contents; null where there is none.</param>
    /// <exception cref="WeightsFormatException">The index or a shard is missing or damaged, or they do not fit together.</exception>
    public static ShardedTensors Open(Stream stream, string name, Func<string, Stream?> open)
    {
        var whole = ReadIndex(stream, name);
        var found = JsonText.Read(new MemoryStream(whole, writable: false), name, LongestIndex, root => ReadMap(root, name));
        var opened = new SortedDictionary<string, ITensorFile>(StringComparer.Ordinal);
        try
        {
            foreach (var shard in found.Values.Distinct(StringComparer.Ordinal))
            {
                opened.Add(shard, TensorFiles.Open(open(shard) ?? throw Wrong(name, $"its shard '{ErrorText.Shorten(shard)}' is missing"), shard));
            }

            return new ShardedTensors(whole, name, opened, found);
        }
        catch
        {
            Close(opened);
            throw;
        }
    }

    /// <inheritdoc/>
    public torch.Tensor Read(string tensor) => _map.TryGetValue(tensor, out var shard)
        ? _shards[shard].Read(tensor)
        : throw new WeightsFormatException($"{_name}: there is no tensor '{tensor}' among its {Tensors.Count}.");

    /// <summary>
    /// SHA-256 of what <c>sha256sum</c> prints of the index and of the shards in ordinal order: a line each, with the digest, two spaces and the name.
    /// </summary>
    /// <remarks><c>sha256sum model.safetensors.index.json model-*.safetensors | sha256sum</c></remarks>
    public string ComputeDigest() => WeightsDigests.OfFiles(
    [
        (Path.GetFileName(_name), Convert.ToHexStringLower(SHA256.HashData(_text))),
        .. _shards.Select(shard => (shard.Key, shard.Value.ComputeDigest())),
    ]);

    /// <inheritdoc/>
    public void Dispose() => Close(_shards);

    private static void Close(SortedDictionary<string, ITensorFile> files)
    {
        foreach (var shard in files.Values)
        {
            shard.Dispose();
        }
    }

    private static byte[] ReadIndex(Stream stream, string name)
    {
        using (stream)
        {
            if (!stream.CanSeek || stream.Length > LongestIndex)
            {
                throw Wrong(name, $"it is no file of at most {LongestIndex} bytes");
            }

            var whole = new byte[stream.Length];
            stream.ReadExactly(whole);
            return whole;
        }
    }

    private static Dictionary<string, string> ReadMap(JsonElement root, string name)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(name, "it has no object 'weight_map'");
        }

        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var files = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in map.EnumerateObject())
        {
            var shard = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString() : null;
            if (shard is null || !IsPlainName(shard))
            {
                throw Wrong(name, $"it finds tensor '{ErrorText.Shorten(entry.Name)}' in {ErrorText.Shorten(entry.Value.GetRawText())}, which is not the name of a file beside it");
            }

            if (!found.TryAdd(entry.Name, shard))
            {
                throw Wrong(name, $"it names tensor '{ErrorText.Shorten(entry.Name)}' twice");
            }

            files.Add(shard);
            if (found.Count > SafetensorsHeader.MostTensors || files.Count > MostShards)
            {
                throw Wrong(name, $"it names more than {SafetensorsHeader.MostTensors} tensors or {MostShards} shards");
            }
        }

        return found.Count > 0 ? found : throw Wrong(name, "its 'weight_map' is empty");
    }

    // Shards lie beside the index wherever they were published; a name with a folder in it could lead anywhere.
    private static bool IsPlainName(string shard)
        => shard.Length is > 0 and <= 255 && shard is not ("." or "..") && !shard.AsSpan().ContainsAny("/\\:\0") && !shard.EndsWith(IndexEnding, StringComparison.OrdinalIgnoreCase);

    private static WeightsFormatException Wrong(string name, string problem)
        => new($"{name}: is an index of shards, but {problem}. Expected what save_pretrained writes, with all its shards beside it; get what is missing or damaged again from its source.");
}
