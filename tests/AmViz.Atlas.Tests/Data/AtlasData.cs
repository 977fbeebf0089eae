using System.Text.Json;
using AmViz.Atlas.Output;

namespace AmViz.Atlas.Tests.Data;

/// <summary>The files of data of an atlas, as its page reads them.</summary>
internal sealed class AtlasData(string folder)
{
    /// <summary>Paths of all files, below <c>data/</c> and without ".js".</summary>
    public IReadOnlyList<string> Paths =>
        [.. Directory.EnumerateFiles(Path.Combine(folder, "data"), "*.js", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Path.Combine(folder, "data"), file)[..^".js".Length]).Order(StringComparer.Ordinal)];

    /// <summary>What a file holds.</summary>
    public JsonElement this[string path]
    {
        get
        {
            var text = File.ReadAllText(Path.Combine(folder, DataPaths.File(path)));
            var (before, after) = ($"amviz.put(\"{path}\",", ");\n");
            Assert.StartsWith(before, text, StringComparison.Ordinal);
            Assert.EndsWith(after, text, StringComparison.Ordinal);
            Assert.DoesNotContain(text[..^1], letter => letter is '<' or '>' or '\'' or < ' ' or > '~');
            return JsonDocument.Parse(text[before.Length..^after.Length]).RootElement;
        }
    }

    /// <summary>Files of a layer that are numbered, in the order of their numbers.</summary>
    public IReadOnlyList<JsonElement> Numbered(string layer, string kind) =>
        [.. Enumerable.Range(0, Paths.Count(path => path.StartsWith($"{layer}/{kind}-", StringComparison.Ordinal))).Select(number => this[$"{layer}/{kind}-{number}"])];

    /// <summary>The record of a tile.</summary>
    public JsonElement Record(string layer, int tile) => this[$"{layer}/records-{tile / 16}"].GetProperty("tiles")[tile % 16];

    /// <summary>The numbers of a column.</summary>
    public float[] Column(string layer, string name)
    {
        var bytes = this[$"{layer}/columns/{name}"].GetProperty("values").GetBytesFromBase64();
        return [.. Enumerable.Range(0, bytes.Length / 4).Select(i => BitConverter.ToSingle(bytes, 4 * i))];
    }

    /// <summary>When each file below data and sprites was written.</summary>
    public IReadOnlyDictionary<string, DateTime> Times => new[] { "data", "sprites" }
        .SelectMany(top => Directory.EnumerateFiles(Path.Combine(folder, top), "*", SearchOption.AllDirectories))
        .ToDictionary(file => Path.GetRelativePath(folder, file), File.GetLastWriteTimeUtc, StringComparer.Ordinal);
}
