using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AmViz.Deployment.Tests.Manifests;

namespace AmViz.Deployment.Tests.Kustomize;

/// <summary>An object without what Helm and Kustomize each add, so that those of both can be compared.</summary>
internal static partial class Normal
{
    private static readonly string[] Added =
        ["app.kubernetes.io/managed-by", "app.kubernetes.io/version", "checksum/config", "helm.sh/chart", "helm.sh/resource-policy"];

    /// <summary>One line an object, in order.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<Manifest> manifests)
        => [.. manifests.Where(manifest => !manifest.IsTest).Select(Of).Order(StringComparer.Ordinal)];

    private static string Of(Manifest manifest)
    {
        var json = (JsonObject)Sorted(manifest.Json)!;
        json["metadata"]!["name"] = Unhashed(manifest.Kind, manifest.Name);
        if (manifest.Kind == "ConfigMap" && manifest.Json["data"]?["sweep.yaml"] is { } spec)
        {
            // Comments and order of a spec may differ.
            json["data"] = Sorted(Yaml.Read((string)spec!)[0]);
        }

        return $"{manifest.Kind}/{json["metadata"]!["name"]} {json.ToJsonString()}";
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject it => new JsonObject(it.Where(pair => !Added.Contains(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, pair is { Key: "configMap", Value: JsonObject map } ? new JsonObject { ["name"] = Unhashed("ConfigMap", (string)map["name"]!) } : Sorted(pair.Value)))
            .Where(pair => pair.Value is not JsonObject { Count: 0 } || pair.Key is not ("annotations" or "labels"))),

        // Kubernetes looks up what has a name by it; lists of anything else keep their order.
        JsonArray list => new JsonArray([.. list.Select(Sorted).OrderBy(item => (string?)(item as JsonObject)?["name"] ?? "", StringComparer.Ordinal)]),
        _ => node?.DeepClone(),
    };

    private static string Unhashed(string kind, string name) => kind switch
    {
        "ConfigMap" => HashOfSpec().Replace(name, "-spec"),
        "Job" => HashOfJob().Replace(name, ""),
        _ => name,
    };

    [GeneratedRegex("-spec-[0-9a-z]{8,10}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HashOfSpec();

    [GeneratedRegex("-[0-9a-f]{8}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HashOfJob();
}
