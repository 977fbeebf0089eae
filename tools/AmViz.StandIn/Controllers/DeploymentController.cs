using System.Globalization;
using System.Text.Json.Nodes;
using AmViz.StandIn.Objects;

namespace AmViz.StandIn.Controllers;

/// <summary>Deployments: a ReplicaSet for each template, the old ones scaled down as the pods of the new one become available.</summary>
internal sealed class DeploymentController(ClusterObjects objects) : IController
{
    private const string Revision = "deployment.kubernetes.io/revision";
    private const string Hash = "pod-template-hash";

    public void Reconcile()
    {
        foreach (var deployment in objects.All(Kinds.Deployments))
        {
            var sets = objects.All(Kinds.ReplicaSets, deployment.Space()).Where(set => set.IsOwnedBy(deployment)).ToArray();
            var hash = Names.Of(deployment.At("spec", "template"));
            if (sets.FirstOrDefault(set => set.Label(Hash) == hash) is not { } current)
            {
                Create(deployment, hash, sets);
                continue;
            }

            Number(deployment, current, sets);
            Scale(deployment, current, [.. sets.Where(set => set != current)]);
            Report(deployment, current, sets);
        }
    }

    private void Create(JsonObject deployment, string hash, JsonObject[] sets)
    {
        var template = deployment.At("spec", "template")!.DeepClone();
        template["metadata"]!["labels"]![Hash] = hash;
        var selector = deployment.At("spec", "selector")!.DeepClone();
        selector["matchLabels"]![Hash] = hash;
        objects.Create(Kinds.ReplicaSets, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{deployment.Name()}-{hash}",
                ["namespace"] = deployment.Space(),
                ["labels"] = template["metadata"]!["labels"]!.DeepClone(),
                ["annotations"] = new JsonObject { [Revision] = Next(sets) },
                ["ownerReferences"] = ClusterObjects.OwnedBy(deployment),
            },
            ["spec"] = new JsonObject
            {
                ["replicas"] = 0,
                ["minReadySeconds"] = deployment.Number("spec", "minReadySeconds") ?? 0,
                ["selector"] = selector,
                ["template"] = template,
            },
        });
    }

    // A template that comes back, as after a rollback, is the newest again.
    private void Number(JsonObject deployment, JsonObject current, JsonObject[] sets)
    {
        if (sets.Any(set => set != current && RevisionOf(set) > RevisionOf(current)))
        {
            objects.Update(Kinds.ReplicaSets, current, set => set["metadata"]!["annotations"]![Revision] = Next(sets));
        }

        objects.Update(Kinds.Deployments, deployment, it =>
        {
            it["metadata"]!["annotations"] ??= new JsonObject();
            it["metadata"]!["annotations"]![Revision] = current.Text("metadata", "annotations", Revision);
        });
    }

    private void Scale(JsonObject deployment, JsonObject current, JsonObject[] old)
    {
        var wanted = deployment.Number("spec", "replicas") ?? 1;
        var (surge, unavailable) = Limits(deployment, wanted);
        var (before, now) = (old.Sum(Replicas), Replicas(current));
        if (now > wanted)
        {
            Set(deployment, current, wanted);
        }
        else if (now < wanted)
        {
            var alive = old.Sum(set => set.Number("status", "replicas") ?? 0) + now;
            Set(deployment, current, Math.Min(wanted, now + Math.Max(0, wanted + surge - alive)));
        }

        var available = old.Append(current).Sum(set => set.Number("status", "availableReplicas") ?? 0);
        var broken = old.Sum(set => Replicas(set) - Math.Min(Replicas(set), set.Number("status", "availableReplicas") ?? 0));
        var free = Math.Min(before, broken + Math.Max(0, available - (wanted - unavailable)));
        foreach (var set in old.Where(set => Replicas(set) > 0))
        {
            var gone = Math.Min(Replicas(set), free);
            free -= gone;
            Set(deployment, set, Replicas(set) - gone);
        }

        var kept = deployment.Number("spec", "revisionHistoryLimit") ?? 10;
        foreach (var set in old.Where(set => Replicas(set) == 0 && (set.Number("status", "replicas") ?? 0) == 0).OrderByDescending(RevisionOf).Skip(kept))
        {
            objects.Delete(Kinds.ReplicaSets, set);
        }
    }

    private void Set(JsonObject deployment, JsonObject set, int replicas)
    {
        if (Replicas(set) != replicas)
        {
            objects.Tell(deployment, "ScalingReplicaSet", string.Create(CultureInfo.InvariantCulture, $"Scaled {set.Name()} from {Replicas(set)} to {replicas}"));
            objects.Update(Kinds.ReplicaSets, set, it => it["spec"]!["replicas"] = replicas);
        }
    }

    private void Report(JsonObject deployment, JsonObject current, JsonObject[] sets)
    {
        var wanted = deployment.Number("spec", "replicas") ?? 1;
        int Sum(string what) => sets.Sum(set => set.Number("status", what) ?? 0);
        var (replicas, available, updated) = (Sum("replicas"), Sum("availableReplicas"), current.Number("status", "replicas") ?? 0);
        var done = updated == wanted && replicas == wanted && available >= wanted;
        var unavailable = Limits(deployment, wanted).Unavailable;
        objects.UpdateStatus(Kinds.Deployments, deployment, status =>
        {
            status["observedGeneration"] = deployment.Number("metadata", "generation");
            (status["replicas"], status["updatedReplicas"]) = (replicas, updated);
            (status["readyReplicas"], status["availableReplicas"], status["unavailableReplicas"]) = (Sum("readyReplicas"), available, Math.Max(0, wanted - available));
            status.SetCondition("Available", available >= wanted - unavailable, available >= wanted - unavailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable", objects.Now);
            status.SetCondition("Progressing", holds: true, done ? "NewReplicaSetAvailable" : "ReplicaSetUpdated", objects.Now);
        });
    }

    private static (int Surge, int Unavailable) Limits(JsonObject deployment, int wanted)
    {
        if (deployment.Text("spec", "strategy", "type") == "Recreate")
        {
            return (0, wanted);
        }

        var surge = Share(deployment.Text("spec", "strategy", "rollingUpdate", "maxSurge") ?? "25%", wanted, up: true);
        var unavailable = Share(deployment.Text("spec", "strategy", "rollingUpdate", "maxUnavailable") ?? "25%", wanted, up: false);
        return (surge, surge == 0 && unavailable == 0 ? 1 : unavailable);
    }

    private static int Share(string text, int all, bool up)
    {
        if (!text.EndsWith('%'))
        {
            return int.Parse(text, CultureInfo.InvariantCulture);
        }

        var share = int.Parse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture) * all;
        return up ? (share + 99) / 100 : share / 100;
    }

    private static int Replicas(JsonObject set) => set.Number("spec", "replicas") ?? 0;

    private static int RevisionOf(JsonObject set) => int.Parse(set.Text("metadata", "annotations", Revision) ?? "0", CultureInfo.InvariantCulture);

    private static string Next(JsonObject[] sets) => (sets.Select(RevisionOf).DefaultIfEmpty(0).Max() + 1).ToString(CultureInfo.InvariantCulture);
}
