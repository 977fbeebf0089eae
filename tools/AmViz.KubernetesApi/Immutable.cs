using System.Text.Json.Nodes;

namespace AmViz.KubernetesApi;

/// <summary>Fields that a real server refuses to change, so that an upgrade which would fail there fails here.</summary>
internal static class Immutable
{
    private static readonly Dictionary<string, string[]> Fields = new(StringComparer.Ordinal)
    {
        ["Deployment"] = ["spec.selector"],
        ["StatefulSet"] = ["spec.selector", "spec.serviceName", "spec.volumeClaimTemplates"],
        ["Job"] = ["spec.completionMode", "spec.completions", "spec.podFailurePolicy", "spec.selector", "spec.successPolicy", "spec.template"],
        ["PersistentVolumeClaim"] = ["spec.accessModes", "spec.storageClassName"],
        ["Service"] = ["spec.clusterIP"],
    };

    /// <summary>Which of them differ; null if none.</summary>
    public static string? Violation(string kind, JsonObject before, JsonObject after)
    {
        if (kind == "ConfigMap" && (bool?)before["immutable"] is true && !JsonNode.DeepEquals(before["data"], after["data"]))
        {
            return "data";
        }

        var changed = Fields.GetValueOrDefault(kind, []).Where(path => !JsonNode.DeepEquals(At(before, path), At(after, path))).ToArray();
        return changed.Length == 0 ? null : string.Join(", ", changed);
    }

    private static JsonNode? At(JsonNode? node, string path) => path.Split('.').Aggregate(node, (at, name) => at?[name]);
}
