using System.Text.Json.Nodes;
using AmViz.StandIn.Objects;

namespace AmViz.StandIn.Controllers;

/// <summary>ReplicaSets: as many pods as are asked for.</summary>
internal sealed class ReplicaSetController(ClusterObjects objects) : IController
{
    public void Reconcile()
    {
        foreach (var set in objects.All(Kinds.ReplicaSets))
        {
            var all = objects.All(Kinds.Pods, set.Space()).Where(pod => pod.IsOwnedBy(set)).ToArray();
            var active = all.Where(pod => !pod.IsLeaving() && !pod.IsOver()).ToArray();
            var wanted = set.Number("spec", "replicas") ?? 1;
            for (var missing = wanted - active.Length; missing > 0; missing--)
            {
                objects.Create(Kinds.Pods, ClusterObjects.Pod(set, $"{set.Name()}-{Names.Random()}", set.At("spec", "template")!));
            }

            // Those that are not ready first, then the youngest.
            foreach (var pod in active.OrderBy(pod => pod.IsReady()).ThenByDescending(pod => pod.Text("metadata", "creationTimestamp"), StringComparer.Ordinal).Take(active.Length - wanted))
            {
                objects.Delete(Kinds.Pods, pod);
            }

            foreach (var pod in all.Where(pod => pod.IsOver() && !pod.IsLeaving()))
            {
                objects.Delete(Kinds.Pods, pod);
            }

            var patience = set.Number("spec", "minReadySeconds") ?? 0;
            objects.UpdateStatus(Kinds.ReplicaSets, set, status =>
            {
                status["observedGeneration"] = set.Number("metadata", "generation");
                // A pod that is leaving no longer counts, as in Kubernetes.
                status["replicas"] = active.Length;
                status["fullyLabeledReplicas"] = active.Length;
                status["readyReplicas"] = active.Count(pod => pod.IsReady());
                status["availableReplicas"] = active.Count(pod => IsAvailable(pod, patience, objects.Time));
            });
        }
    }

    /// <summary>Whether a pod has been ready for long enough.</summary>
    public static bool IsAvailable(JsonObject pod, int seconds, DateTimeOffset now)
        => pod.IsReady() && DateTimeOffset.Parse(pod.Condition("Ready").Text("lastTransitionTime")!, System.Globalization.CultureInfo.InvariantCulture).AddSeconds(seconds) <= now;
}
