using System.Text.Json.Nodes;

namespace AmViz.KubernetesApi;

/// <summary>The status that controllers would report when all went well.</summary>
internal static class ReadyStatus
{
    /// <summary>Status of an object; null for kinds without one that anybody waits for.</summary>
    public static JsonObject? Of(JsonObject it) => (string?)it["kind"] switch
    {
        "Deployment" or "StatefulSet" or "ReplicaSet" => Workload((int?)it["spec"]?["replicas"] ?? 1),
        "Job" => new() { ["succeeded"] = 1, ["startTime"] = "2026-01-01T00:00:00Z", ["conditions"] = Conditions("Complete") },
        "PersistentVolumeClaim" => new() { ["phase"] = "Bound" },
        "Pod" => new() { ["phase"] = "Succeeded", ["conditions"] = Conditions("Ready") },
        "Namespace" => new() { ["phase"] = "Active" },
        "PodDisruptionBudget" => new() { ["observedGeneration"] = 1, ["currentHealthy"] = 1, ["desiredHealthy"] = 1, ["conditions"] = Conditions("DisruptionAllowed") },
        "HorizontalPodAutoscaler" => new() { ["conditions"] = Conditions("AbleToScale", "ScalingActive") },
        _ => null,
    };

    private static JsonObject Workload(int replicas) => new()
    {
        ["observedGeneration"] = 1,
        ["replicas"] = replicas,
        ["readyReplicas"] = replicas,
        ["updatedReplicas"] = replicas,
        ["availableReplicas"] = replicas,
        ["currentReplicas"] = replicas,
        ["currentRevision"] = "1",
        ["updateRevision"] = "1",
        ["conditions"] = Conditions("Available", "Progressing"),
    };

    private static JsonArray Conditions(params string[] types)
        => [.. types.Select(type => (JsonNode)new JsonObject { ["type"] = type, ["status"] = "True", ["reason"] = type == "Progressing" ? "NewReplicaSetAvailable" : "Fake" })];
}
