using AmViz.StandIn.Objects;
using AmViz.KubernetesApi;

namespace AmViz.StandIn.Controllers;

/// <summary>Removes what is owned by something that is gone.</summary>
internal sealed class GarbageCollector(ClusterObjects objects) : IController
{
    private static readonly ApiResource[] Owners = [Kinds.Deployments, Kinds.ReplicaSets, Kinds.StatefulSets, Kinds.Jobs];
    private static readonly ApiResource[] Owned = [Kinds.ReplicaSets, Kinds.Pods];

    public void Reconcile()
    {
        // Owned before owners: who comes between the two looks has an owner.
        var owned = Owned.SelectMany(kind => objects.All(kind).Select(it => (Kind: kind, It: it))).ToArray();
        var owners = Owners.SelectMany(kind => objects.All(kind)).Select(it => it.Uid()).ToHashSet(StringComparer.Ordinal);
        foreach (var (kind, it) in owned.Where(one => !one.It.IsLeaving()))
        {
            var references = it.Items("metadata", "ownerReferences").Select(reference => reference.Text("uid")!).ToArray();
            if (references.Length > 0 && !references.Any(owners.Contains))
            {
                objects.Delete(kind, it);
            }
        }
    }
}
