using System.Globalization;
using System.Text.Json.Nodes;
using AmViz.StandIn.Objects;
using AmViz.KubernetesApi;

namespace AmViz.StandIn.Api;

/// <summary>Objects as kubectl prints them.</summary>
internal static class Tables
{
    public static JsonObject Of(ApiResource resource, IReadOnlyList<JsonObject> objects, DateTimeOffset now)
    {
        var columns = Columns(resource.Kind);
        return new()
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["columnDefinitions"] = new JsonArray([
                Column("Name", wide: false), .. columns.Select(column => Column(column.Name, column.Wide)), Column("Age", wide: false)]),
            ["rows"] = new JsonArray([.. objects.Select(it => (JsonNode)new JsonObject
            {
                ["cells"] = new JsonArray([it.Name(), .. columns.Select(column => (JsonNode)column.Of(it, now)), Since(it.Text("metadata", "creationTimestamp"), now)]),
                ["object"] = new JsonObject { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = it["metadata"]!.DeepClone() },
            })]),
        };
    }

    private static JsonObject Column(string name, bool wide)
        => new JsonObject { ["name"] = name, ["type"] = "string", ["format"] = name == "Name" ? "name" : "", ["description"] = "", ["priority"] = wide ? 1 : 0 };

    private static (string Name, bool Wide, Func<JsonObject, DateTimeOffset, string> Of)[] Columns(string kind) => kind switch
    {
        "Pod" =>
        [
            ("Ready", false, (pod, _) => $"{Containers(pod).Count(state => state.Flag("ready"))}/{Containers(pod).Length}"),
            ("Status", false, (pod, _) => PodStatus(pod)),
            ("Restarts", false, (pod, _) => Text(Containers(pod).Sum(state => state.Number("restartCount") ?? 0))),
            ("IP", true, (pod, _) => pod.Text("status", "podIP") ?? "<none>"),
        ],
        "Deployment" =>
        [
            ("Ready", false, (it, _) => $"{Status(it, "readyReplicas")}/{it.Number("spec", "replicas")}"),
            ("Up-to-date", false, (it, _) => Text(Status(it, "updatedReplicas"))),
            ("Available", false, (it, _) => Text(Status(it, "availableReplicas"))),
        ],
        "ReplicaSet" =>
        [
            ("Desired", false, (it, _) => Text(it.Number("spec", "replicas") ?? 0)),
            ("Current", false, (it, _) => Text(Status(it, "replicas"))),
            ("Ready", false, (it, _) => Text(Status(it, "readyReplicas"))),
        ],
        "StatefulSet" => [("Ready", false, (it, _) => $"{Status(it, "readyReplicas")}/{it.Number("spec", "replicas")}")],
        "Job" =>
        [
            ("Status", false, (it, _) => it.Condition("Complete") is not null ? "Complete" : it.Condition("Failed") is not null ? "Failed" : it.Flag("spec", "suspend") ? "Suspended" : "Running"),
            ("Completions", false, (it, _) => $"{Status(it, "succeeded")}/{it.Number("spec", "completions") ?? 1}"),
            ("Duration", false, (it, now) => Since(it.Text("status", "startTime"), Moment(it.Text("status", "completionTime")) ?? now)),
        ],
        "Service" =>
        [
            ("Type", false, (it, _) => it.Text("spec", "type") ?? "ClusterIP"),
            ("Cluster-IP", false, (it, _) => it.Text("spec", "clusterIP") ?? "<none>"),
            ("Port(s)", false, (it, _) => string.Join(',', it.Items("spec", "ports").Select(port => $"{port.Number("port")}/{port.Text("protocol") ?? "TCP"}"))),
        ],
        "PersistentVolumeClaim" =>
        [
            ("Status", false, (it, _) => it.Text("status", "phase") ?? ""),
            ("Capacity", false, (it, _) => it.Text("spec", "resources", "requests", "storage") ?? ""),
            ("Access modes", false, (it, _) => string.Join(',', it.Words("spec", "accessModes"))),
        ],
        "Event" =>
        [
            ("Type", false, (it, _) => it.Text("type") ?? ""),
            ("Reason", false, (it, _) => it.Text("reason") ?? ""),
            ("Object", false, (it, _) => $"{it.Text("involvedObject", "kind")?.ToLowerInvariant()}/{it.Text("involvedObject", "name")}"),
            ("Message", false, (it, _) => it.Text("message") ?? ""),
        ],
        "ConfigMap" or "Secret" => [("Data", false, (it, _) => Text(it.Map("data").Count()))],
        _ => [],
    };

    private static JsonObject[] Containers(JsonObject pod) =>
    [
        .. pod.Items("status", "containerStatuses"),
        .. pod.Items("status", "initContainerStatuses").Where(state => pod.Items("spec", "initContainers").Any(container => container.Text("name") == state.Text("name") && container.Text("restartPolicy") == "Always")),
    ];

    // What stands in its way says more than its phase.
    private static string PodStatus(JsonObject pod)
    {
        if (pod.IsLeaving() && !pod.IsOver())
        {
            return "Terminating";
        }

        var states = pod.Items("status", "containerStatuses").ToArray();
        return states.Select(state => state.Text("state", "waiting", "reason")).FirstOrDefault(reason => reason is not null)
            ?? (pod.Text("status", "phase") == "Succeeded" ? "Completed" : null)
            ?? (pod.Text("status", "phase") == "Failed" ? pod.Text("status", "reason") ?? "Error" : null)
            ?? pod.Text("status", "phase")
            ?? "Pending";
    }

    private static int Status(JsonObject it, string name) => it.Number("status", name) ?? 0;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static DateTimeOffset? Moment(string? text) => text is null ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static string Since(string? text, DateTimeOffset now)
    {
        if (Moment(text) is not { } then)
        {
            return "";
        }

        var age = now - then;
        return age.TotalMinutes < 2 ? $"{Text((int)age.TotalSeconds)}s" : age.TotalHours < 2 ? $"{Text((int)age.TotalMinutes)}m" : $"{Text((int)age.TotalHours)}h";
    }
}
