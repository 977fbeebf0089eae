using System.Text.Json.Nodes;

namespace AmViz.StandIn.Objects;

/// <summary>Reads objects of the API.</summary>
internal static class Json
{
    public static JsonNode? At(this JsonNode? it, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            it = (it as JsonObject)?[name];
        }

        return it;
    }

    public static string? Text(this JsonNode? it, params ReadOnlySpan<string> path) => it.At(path) is JsonValue value ? value.ToString() : null;

    public static int? Number(this JsonNode? it, params ReadOnlySpan<string> path) => it.At(path) is JsonValue value && value.TryGetValue(out int number) ? number : null;

    public static bool Flag(this JsonNode? it, params ReadOnlySpan<string> path) => it.At(path) is JsonValue value && value.TryGetValue(out bool flag) && flag;

    public static IEnumerable<JsonObject> Items(this JsonNode? it, params ReadOnlySpan<string> path) => it.At(path) is JsonArray array ? array.OfType<JsonObject>() : [];

    public static IEnumerable<string> Words(this JsonNode? it, params ReadOnlySpan<string> path) => it.At(path) is JsonArray array ? array.Select(word => word!.ToString()) : [];

    /// <summary>Names and values of a map of texts.</summary>
    public static IEnumerable<(string Name, string Value)> Map(this JsonNode? it, params ReadOnlySpan<string> path)
        => it.At(path) is JsonObject map ? map.Where(pair => pair.Value is not null).Select(pair => (pair.Key, pair.Value!.ToString())) : [];

    public static string Name(this JsonNode it) => it.Text("metadata", "name")!;

    public static string Space(this JsonNode it) => it.Text("metadata", "namespace") ?? "";

    public static string Kind(this JsonNode it) => it.Text("kind")!;

    public static string Uid(this JsonNode it) => it.Text("metadata", "uid")!;

    public static string? Label(this JsonNode it, string name) => it.Text("metadata", "labels", name);

    /// <summary>Whether it is about to go.</summary>
    public static bool IsLeaving(this JsonNode it) => it.At("metadata", "deletionTimestamp") is not null;

    /// <summary>Whether a pod will run no more.</summary>
    public static bool IsOver(this JsonNode pod) => pod.Text("status", "phase") is "Succeeded" or "Failed";

    public static bool IsReady(this JsonNode pod) => !pod.IsLeaving() && pod.Condition("Ready").Text("status") == "True";

    public static JsonObject? Condition(this JsonNode it, string type) => it.Items("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type);

    public static bool IsOwnedBy(this JsonNode it, JsonNode owner) => it.Items("metadata", "ownerReferences").Any(reference => reference.Text("uid") == owner.Uid());

    /// <summary>Whether labels are as a map of labels asks; an empty one asks for nothing and means nobody.</summary>
    public static bool IsSelectedBy(this JsonNode it, JsonNode? labels) => labels is JsonObject { Count: > 0 } && labels.Map().All(label => it.Label(label.Name) == label.Value);

    /// <summary>Sets a condition, and the time of its last change if it changes.</summary>
    public static void SetCondition(this JsonObject status, string type, bool holds, string reason, string now, string message = "")
    {
        if (status["conditions"] is not JsonArray conditions)
        {
            status["conditions"] = conditions = [];
        }

        var value = holds ? "True" : "False";
        var known = conditions.OfType<JsonObject>().FirstOrDefault(condition => condition.Text("type") == type);
        if (known is null)
        {
            conditions.Add(known = new JsonObject { ["type"] = type });
        }

        if (known.Text("status") != value)
        {
            known["lastTransitionTime"] = now;
        }

        (known["status"], known["reason"], known["message"]) = (value, reason, message);
    }
}
