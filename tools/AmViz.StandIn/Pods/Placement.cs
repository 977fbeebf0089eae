using System.Text.Json.Nodes;
using AmViz.StandIn.Objects;

namespace AmViz.StandIn.Pods;

/// <summary>Whether the one node suits a pod.</summary>
internal static class Placement
{
    /// <summary>Labels of the node.</summary>
    private static readonly Dictionary<string, string> Labels = new(StringComparer.Ordinal)
    {
        ["kubernetes.io/arch"] = "amd64",
        ["kubernetes.io/hostname"] = PodServices.NodeName,
        ["kubernetes.io/os"] = "linux",
    };

    /// <exception cref="NotYetException">It does not.</exception>
    public static void Check(JsonObject pod)
    {
        foreach (var (name, value) in pod.Map("spec", "nodeSelector"))
        {
            if (Labels.GetValueOrDefault(name) != value)
            {
                throw Unschedulable($"didn't match the pod's node selector {name}={value}");
            }
        }

        // What is made by plugins, such as nvidia.com/gpu, carries the name of who makes it.
        if (pod.Items("spec", "containers").SelectMany(container => container.Map("resources", "limits")).FirstOrDefault(limit => limit.Name.Contains('/', StringComparison.Ordinal)) is { Name: { } resource })
        {
            throw Unschedulable($"has no {resource}");
        }
    }

    private static NotYetException Unschedulable(string why) => new("FailedScheduling", $"0/1 nodes are available: the stand-in cluster's one node {why}.");
}
