using System.Text.Json.Nodes;
using AmViz.Deployment.Tests.Manifests;
using AmViz.Deployment.Tests.Tools;

namespace AmViz.Deployment.Tests.Chart;

/// <summary>values.yaml, its schema and the table in README.md say the same.</summary>
public sealed class ReadmeTests
{
    private const string Begin = "<!-- values: made from values.yaml -->\n";
    private const string End = "<!-- end of values -->\n";

    private static string Values => File.ReadAllText(Path.Combine(Release.Folder, "values.yaml"));

    [Fact]
    public void TheTableIsMadeFromTheValues()
    {
        var readme = File.ReadAllText(Path.Combine(Release.Folder, "README.md"));
        var (from, to) = (readme.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, readme.IndexOf(End, StringComparison.Ordinal));
        Snapshots.Hold(readme[..from] + ValuesTable.Write(ValuesTable.Read(Values)) + readme[to..], "helm", "amviz", "README.md");
    }

    [Fact]
    public void EveryValueHasAComment() => Assert.Empty(ValuesTable.Undocumented(Values));

    [Fact]
    public void TheSchemaKnowsEveryValueAndNoOther()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Release.Folder, "values.schema.json")))!;
        var known = Paths(schema, "").Where(path => path != "global").Order(StringComparer.Ordinal).ToArray();

        // A sweep's own cluster is a pool; its values are described once, there.
        var pool = Paths(schema["properties"]!["poolDefaults"]!, "sweepDefaults.cluster.").ToHashSet(StringComparer.Ordinal);
        Assert.Equal(Leaves(Yaml.Read(Values)[0], "").Order(StringComparer.Ordinal), known.Except(pool, StringComparer.Ordinal));
    }

    [Fact]
    public void EveryAlertCanBeLeftOut()
    {
        var alerts = Yaml.Read(File.ReadAllText(Path.Combine(Release.Folder, "rules", "alerts.yaml")))[0]["rules"]!.AsArray().Select(rule => (string)rule!["alert"]!);
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Release.Folder, "values.schema.json")))!;
        Assert.Equal(alerts.Order(StringComparer.Ordinal), schema["definitions"]!["alert"]!["enum"]!.AsArray().Select(name => (string)name!).Order(StringComparer.Ordinal));
    }

    // Values that may hold anything (labels, resources, tolerations) end a path, lists too.
    private static IEnumerable<string> Paths(JsonNode schema, string path)
        => from property in schema["properties"]!.AsObject()
           from found in property.Value!["additionalProperties"] is JsonValue && property.Value["properties"] is not null ? Paths(property.Value, $"{path}{property.Key}.") : [$"{path}{property.Key}"]
           select found;

    private static IEnumerable<string> Leaves(JsonObject values, string path)
    {
        string[] anything = ["affinity", "annotations", "behavior", "commonLabels", "kubernetesLabels", "labels", "nodeSelector", "podAnnotations", "podLabels", "queryLabels", "resources"];
        return values.SelectMany(pair => pair.Value is JsonObject more && !anything.Contains(pair.Key) ? Leaves(more, $"{path}{pair.Key}.") : [$"{path}{pair.Key}"]);
    }
}
