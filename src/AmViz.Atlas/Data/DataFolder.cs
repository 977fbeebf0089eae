using System.Text.Json;
using AmViz.Atlas.Output;

namespace AmViz.Atlas.Data;

/// <summary>Writes files of data. A page that was opened from a disk cannot fetch JSON, but it can load a script: each file is a call that hands its JSON over.</summary>
/// <param name="folder">Of the atlas.</param>
internal sealed class DataFolder(AtlasFolder folder)
{
    /// <summary>Writes a file, unless it is there and the same.</summary>
    /// <param name="path">Below <c>data/</c>, without ".js".</param>
    /// <param name="doc">What it holds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task WriteAsync<T>(string path, T doc, CancellationToken cancellationToken) => folder.WriteAsync(DataPaths.File(path), ScriptOf(path, doc), cancellationToken);

    /// <summary>Whether the head of a layer is there and of a version.</summary>
    public async Task<bool> HasLayerAsync(string path, string version, CancellationToken cancellationToken)
    {
        var head = await folder.ReadHeadAsync(DataPaths.File(path), cancellationToken);
        return head.StartsWith($"{Opening(path)}{{\"version\":\"{version}\",", StringComparison.Ordinal);
    }

    private static string ScriptOf<T>(string path, T doc) => $"{Opening(path)}{JsonSerializer.Serialize(doc, DataJson.Options)});\n";

    // Paths are ASCII letters, digits and a few signs, so they need no escape.
    private static string Opening(string path) => $"amviz.put(\"{path}\",";
}
