using System.Globalization;
using System.Text.Json.Nodes;

namespace AmViz.KubernetesApi;

/// <summary>What a server adds to objects that controllers then work on.</summary>
internal static class LiveObjects
{
    /// <summary>Time as the API writes it.</summary>
    public static string Now() => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>Whether a controller says the status of a kind.</summary>
    public static bool HasController(string kind) => kind is "Deployment" or "Job" or "Pod" or "ReplicaSet" or "StatefulSet";

    /// <summary>Fills in what an object leaves out and clients count on.</summary>
    public static void Complete(JsonObject it)
    {
        var spec = it["spec"] as JsonObject;
        switch ((string?)it["kind"])
        {
            case "Deployment" or "ReplicaSet":
                spec!["replicas"] ??= 1;
                break;
            case "StatefulSet":
                spec!["replicas"] ??= 1;
                spec["updateStrategy"] ??= new JsonObject { ["type"] = "RollingUpdate" };
                break;
            case "Job":
                Select(it, spec!);
                break;
            case "Pod":
                spec!["restartPolicy"] ??= "Always";
                spec["terminationGracePeriodSeconds"] ??= 30;
                it["status"] = new JsonObject { ["phase"] = "Pending" };
                break;
        }
    }

    /// <summary>A change by a client: the status is not its business, and a changed spec is a new generation.</summary>
    public static JsonObject Changed(JsonObject before, JsonObject after)
    {
        after["status"] = before["status"]?.DeepClone();
        var generation = (int?)before["metadata"]!["generation"] ?? 1;
        after["metadata"]!["generation"] = JsonNode.DeepEquals(before["spec"], after["spec"]) ? generation : generation + 1;
        foreach (var kept in new[] { "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "ownerReferences" })
        {
            if (before["metadata"]![kept] is { } value)
            {
                after["metadata"]![kept] = value.DeepClone();
            }
        }

        return after;
    }

    // A Job finds its pods by a label with its own uid.
    private static void Select(JsonObject it, JsonObject spec)
    {
        var (uid, name) = ((string)it["metadata"]!["uid"]!, (string)it["metadata"]!["name"]!);
        spec["selector"] ??= new JsonObject { ["matchLabels"] = new JsonObject { ["batch.kubernetes.io/controller-uid"] = uid } };
        spec["backoffLimit"] ??= spec["backoffLimitPerIndex"] is null ? 6 : int.MaxValue;
        spec["parallelism"] ??= 1;
        if ((string?)spec["completionMode"] != "Indexed")
        {
            spec["completions"] ??= 1;
        }

        var template = (JsonObject)spec["template"]!;
        template["metadata"] ??= new JsonObject();
        template["metadata"]!["labels"] ??= new JsonObject();
        var labels = (JsonObject)template["metadata"]!["labels"]!;
        labels["batch.kubernetes.io/controller-uid"] = uid;
        labels["batch.kubernetes.io/job-name"] = name;
        labels["job-name"] = name;
    }
}
