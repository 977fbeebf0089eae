using System.Text.Json;
using System.Text.RegularExpressions;

namespace AmViz.Networks;

/// <summary>The files that an index of shards names, before they are there.</summary>
internal static partial class ShardList
{
    /// <summary>Longest index, in bytes.</summary>
    public const int LongestIndex = 16 << 20;

    private const int MostShards = 500;

    /// <summary>Reads the names, each once, in ordinal order.</summary>
    /// <param name="path">The index.</param>
    /// <param name="name">How to call it in errors.</param>
    /// <exception cref="HubException">It is no index, or names what cannot be fetched.</exception>
    public static IReadOnlyList<string> Read(string path, string name)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            string[] shards = [.. json.RootElement.GetProperty("weight_map").EnumerateObject().Select(entry => entry.Value.GetString() ?? string.Empty).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            return shards.Length is > 0 and <= MostShards && shards.All(shard => PlainName().IsMatch(shard))
                ? shards
                : throw new HubException($"{name}: names {shards.Length} shards; expected 1 to {MostShards}, each a plain name that ends in .safetensors or .bin.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new HubException($"{name}: is no index of shards; expected JSON with 'weight_map' from each tensor to the file that has it.", e);
        }
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,200}\\.(safetensors|bin)$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PlainName();
}
