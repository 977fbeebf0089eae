using System.Text.Json.Nodes;

namespace AmViz.Deployment.Tests.Manifests;

/// <summary>An object as it would be sent to a cluster.</summary>
internal sealed record Manifest(JsonObject Json)
{
    public string Kind => (string)Json["kind"]!;

    public string Name => (string)Json["metadata"]!["name"]!;

    public string Id => $"{Kind}/{Name}";

    public IReadOnlyDictionary<string, string> Labels => Map(Json["metadata"]!["labels"]);

    public IReadOnlyDictionary<string, string> Annotations => Map(Json["metadata"]!["annotations"]);

    public JsonNode Spec => Json["spec"]!;

    public bool IsTest => Annotations.ContainsKey("helm.sh/hook");

    /// <summary>The Job that this is or that this CronJob makes.</summary>
    public JsonNode? Job => Kind switch { "Job" => Spec, "CronJob" => Spec["jobTemplate"]!["spec"], _ => null };

    /// <summary>The pods that come of it.</summary>
    public PodTemplate? Pod => Kind switch
    {
        "Pod" => new(this, Json),
        "CronJob" or "Job" => new(this, Job!["template"]!),
        "Deployment" or "StatefulSet" => new(this, Spec["template"]!),
        _ => null,
    };

    /// <summary>What it selects pods by; null if it selects none.</summary>
    public IReadOnlyDictionary<string, string>? Selector => Kind switch
    {
        "Deployment" or "StatefulSet" or "PodDisruptionBudget" or "PodMonitor" => Map(Spec["selector"]!["matchLabels"]),
        "NetworkPolicy" => Map(Spec["podSelector"]!["matchLabels"]),
        "Service" => Map(Spec["selector"]),
        _ => null,
    };

    public static IReadOnlyList<Manifest> Read(string text) => [.. Yaml.Read(text).Select(json => new Manifest(json))];

    public static IReadOnlyDictionary<string, string> Map(JsonNode? node)
        => (node as JsonObject ?? []).ToDictionary(pair => pair.Key, pair => pair.Value is JsonValue value && value.TryGetValue<string>(out var text) ? text : $"not a text: {pair.Value}", StringComparer.Ordinal);

    public override string ToString() => Id;
}

/// <summary>Pods that an object makes.</summary>
internal sealed record PodTemplate(Manifest Owner, JsonNode Json)
{
    public JsonNode Spec => Json["spec"]!;

    public IReadOnlyDictionary<string, string> Labels => Manifest.Map(Json["metadata"]!["labels"]);

    public string Component => Labels.GetValueOrDefault("app.kubernetes.io/component", "");

    /// <summary>All containers, those that run before or beside the others too.</summary>
    public IReadOnlyList<Container> Containers
        => [.. new[] { "initContainers", "containers" }.SelectMany(name => Spec[name]?.AsArray() ?? []).Select(json => new Container(this, json!))];

    public IReadOnlyList<Container> Silos => [.. Containers.Where(container => container.Arguments is ["silo", ..])];

    public IReadOnlyList<JsonNode> Volumes => [.. (Spec["volumes"]?.AsArray() ?? []).Select(volume => volume!)];

    public bool IsSelectedBy(IReadOnlyDictionary<string, string> selector) => selector.All(pair => Labels.GetValueOrDefault(pair.Key) == pair.Value);

    public override string ToString() => Owner.Id;
}

/// <summary>A container of a pod.</summary>
internal sealed record Container(PodTemplate Pod, JsonNode Json)
{
    public string Name => (string)Json["name"]!;

    public IReadOnlyList<string> Arguments => [.. (Json["args"]?.AsArray() ?? []).Select(argument => (string)argument!)];

    public IReadOnlyList<JsonNode> Environment => [.. (Json["env"]?.AsArray() ?? []).Select(variable => variable!)];

    public IReadOnlyList<string> Ports => [.. (Json["ports"]?.AsArray() ?? []).Select(port => (string)port!["name"]!)];

    public IReadOnlyDictionary<string, string> Mounts
        => (Json["volumeMounts"]?.AsArray() ?? []).ToDictionary(mount => (string)mount!["mountPath"]!, mount => (string)mount!["name"]!, StringComparer.Ordinal);

    /// <summary>Value of an argument <c>--name=value</c>; null if it is not given.</summary>
    public string? Argument(string name) => Arguments.FirstOrDefault(argument => argument.StartsWith($"--{name}=", StringComparison.Ordinal))?[(name.Length + 3)..];

    public override string ToString() => $"{Pod} {Name}";
}
