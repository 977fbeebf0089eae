using System.Globalization;
using System.Text.Json.Nodes;
using AmViz.StandIn.Objects;

namespace AmViz.StandIn.Controllers;

/// <summary>StatefulSets: pods with numbers, one after another, each with claims of its own that outlive it.</summary>
internal sealed class StatefulSetController(ClusterObjects objects) : IController
{
    private const string Revision = "controller-revision-hash";

    public void Reconcile()
    {
        foreach (var set in objects.All(Kinds.StatefulSets))
        {
            var revision = $"{set.Name()}-{Names.Of(set.At("spec", "template"))}";
            var pods = objects.All(Kinds.Pods, set.Space()).Where(pod => pod.IsOwnedBy(set)).ToDictionary(pod => pod.Name(), StringComparer.Ordinal);
            var wanted = set.Number("spec", "replicas") ?? 1;
            Scale(set, revision, pods, wanted);
            Replace(set, revision, pods, wanted);
            Report(set, revision, [.. pods.Values]);
        }
    }

    private static string Name(JsonObject set, int index) => string.Create(CultureInfo.InvariantCulture, $"{set.Name()}-{index}");

    private void Scale(JsonObject set, string revision, Dictionary<string, JsonObject> pods, int wanted)
    {
        var parallel = set.Text("spec", "podManagementPolicy") == "Parallel";
        for (var index = 0; index < wanted; index++)
        {
            if (!pods.TryGetValue(Name(set, index), out var pod))
            {
                Create(set, revision, index);
            }

            if (!parallel && pod?.IsReady() is not true)
            {
                break;
            }
        }

        foreach (var pod in pods.Values.Where(pod => !pod.IsLeaving() && (pod.IsOver() || !Enumerable.Range(0, wanted).Any(index => Name(set, index) == pod.Name()))))
        {
            objects.Delete(Kinds.Pods, pod);
        }
    }

    // From the last to the first, one at a time.
    private void Replace(JsonObject set, string revision, Dictionary<string, JsonObject> pods, int wanted)
    {
        if (pods.Count != wanted || set.Text("spec", "updateStrategy", "type") == "OnDelete" || pods.Values.Any(pod => pod.IsLeaving()))
        {
            return;
        }

        var old = Enumerable.Range(0, wanted).Reverse().Select(index => pods.GetValueOrDefault(Name(set, index))).FirstOrDefault(pod => pod is not null && pod.Label(Revision) != revision);
        if (old is not null && pods.Values.Where(pod => pod.Label(Revision) == revision).All(pod => pod.IsReady()))
        {
            objects.Delete(Kinds.Pods, old);
        }
    }

    private void Create(JsonObject set, string revision, int index)
    {
        var pod = ClusterObjects.Pod(set, Name(set, index), set.At("spec", "template")!);
        pod["metadata"]!["labels"]![Revision] = revision;
        pod["metadata"]!["labels"]!["apps.kubernetes.io/pod-index"] = index.ToString(CultureInfo.InvariantCulture);
        pod["metadata"]!["labels"]!["statefulset.kubernetes.io/pod-name"] = Name(set, index);
        var spec = (JsonObject)pod["spec"]!;
        (spec["hostname"], spec["subdomain"]) = (Name(set, index), set.Text("spec", "serviceName"));
        foreach (var template in set.Items("spec", "volumeClaimTemplates"))
        {
            var claim = $"{template.Name()}-{Name(set, index)}";
            spec["volumes"] ??= new JsonArray();
            ((JsonArray)spec["volumes"]!).Add(new JsonObject { ["name"] = template.Name(), ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = claim } });
            if (objects.Get(Kinds.Claims, set.Space(), claim) is null)
            {
                objects.Create(Kinds.Claims, new JsonObject
                {
                    ["metadata"] = new JsonObject { ["name"] = claim, ["namespace"] = set.Space(), ["labels"] = set.At("spec", "selector", "matchLabels")?.DeepClone() },
                    ["spec"] = template.At("spec")?.DeepClone(),
                });
            }
        }

        objects.Create(Kinds.Pods, pod);
    }

    private void Report(JsonObject set, string revision, JsonObject[] pods)
    {
        var active = pods.Where(pod => !pod.IsLeaving() && !pod.IsOver()).ToArray();
        var updated = active.Count(pod => pod.Label(Revision) == revision);
        objects.UpdateStatus(Kinds.StatefulSets, set, status =>
        {
            status["observedGeneration"] = set.Number("metadata", "generation");
            (status["replicas"], status["updatedReplicas"], status["currentReplicas"]) = (pods.Length, updated, updated);
            var ready = active.Count(pod => pod.IsReady());
            (status["readyReplicas"], status["availableReplicas"]) = (ready, ready);
            status["updateRevision"] = revision;
            if (updated == active.Length || status["currentRevision"] is null)
            {
                status["currentRevision"] = revision;
            }
        });
    }
}
