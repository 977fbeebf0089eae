using System.Text.Json;

namespace AmViz.TextureNet.Lying;

/// <summary>Which channels of a layer were made to lie; kept beside the weights, and read by none but who measures.</summary>
/// <param name="Layer">Name of the layer as it is drawn.</param>
/// <param name="Kind">How: <c>tuned</c>, <c>circuit</c> or <c>dead</c>.</param>
/// <param name="Channels">Which.</param>
internal sealed record LieRecord(string Layer, string Kind, IReadOnlyList<int> Channels)
{
    private const string FileName = "lies.json";

    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes the records of a network.</summary>
    /// <param name="folder">Of its weights.</param>
    /// <param name="records">All of them.</param>
    public static void Write(string folder, params LieRecord[] records) => File.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(records, Readable) + "\n");

    /// <summary>Reads the records of a network; none, where no lie was planted.</summary>
    public static IReadOnlyList<LieRecord> Read(string folder)
        => Path.Combine(folder, FileName) is var file && File.Exists(file) ? JsonSerializer.Deserialize<LieRecord[]>(File.ReadAllText(file), Readable) ?? [] : [];
}
