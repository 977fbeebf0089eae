using System.Text;
using System.Text.Json.Nodes;
using AmViz.StandIn.Objects;

namespace AmViz.StandIn.Pods;

/// <summary>Content of ConfigMaps and Secrets; null: there is none of that name.</summary>
internal static class ConfigData
{
    public static IReadOnlyDictionary<string, byte[]>? OfMap(ClusterObjects objects, string space, string name)
        => Read(objects.Get(Kinds.ConfigMaps, space, name), "data", "binaryData");

    public static IReadOnlyDictionary<string, byte[]>? OfSecret(ClusterObjects objects, string space, string name)
        => Read(objects.Get(Kinds.Secrets, space, name), "stringData", "data");

    private static Dictionary<string, byte[]>? Read(JsonObject? it, string text, string encoded)
        => it is null
            ? null
            : it.Map(encoded).Select(pair => (pair.Name, Bytes: Convert.FromBase64String(pair.Value)))
                .Concat(it.Map(text).Select(pair => (pair.Name, Bytes: Encoding.UTF8.GetBytes(pair.Value))))
                .ToDictionary(pair => pair.Name, pair => pair.Bytes, StringComparer.Ordinal);
}
