using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans.Runtime;

namespace AmViz.Cluster.Api;

/// <summary>What a cluster consists of, and which networks and keys it knows.</summary>
internal static class DeviceEndpoints
{
    /// <summary>Adds them.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/devices", DevicesAsync).Needs(AccessRole.Read).WithSummary("The devices of the cluster, and what each is doing.");
        api.MapGet("/silos", SilosAsync).Needs(AccessRole.Read).WithSummary("The silos that are members of the cluster.");
        api.MapGet("/networks", NetworksAsync).Needs(AccessRole.Read).WithSummary("The networks that a spec may name.");
        api.MapGet("/keys", KeysAsync).Needs(AccessRole.Admin).WithSummary("The access keys, without their secrets.");
    }

    private static Task<IReadOnlyList<DeviceStatus>> DevicesAsync(LivingCluster cluster, CancellationToken cancellationToken)
        => cluster.AskIndexAsync(index => index.Devices(), cancellationToken);

    private static async Task<IReadOnlyList<ClusterSilo>> SilosAsync(LivingCluster cluster, CancellationToken cancellationToken)
    {
        var silos = await cluster.AskAsync(grains => grains.GetGrain<IManagementGrain>(0).GetHosts(), cancellationToken);
        return [.. silos.Select(silo => new ClusterSilo(silo.Key.ToParsableString(), silo.Value.ToString().ToLowerInvariant())).OrderBy(silo => silo.Address, StringComparer.Ordinal)];
    }

    private static Task<IReadOnlyList<KnownNetwork>> NetworksAsync(ISweepPlanner planner, CancellationToken cancellationToken) => planner.NetworksAsync(cancellationToken);

    private static async Task<IReadOnlyList<AccessKey>> KeysAsync(AccessKeys keys, CancellationToken cancellationToken) => await keys.ListAsync(cancellationToken).ToListAsync(cancellationToken);
}

/// <summary>A member of a cluster.</summary>
/// <param name="Address">Its address, as its own log names it.</param>
/// <param name="Status">What the others think of it, such as <c>active</c>.</param>
public sealed record ClusterSilo(string Address, string Status);
