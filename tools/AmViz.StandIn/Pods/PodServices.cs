using AmViz.StandIn.Network;
using AmViz.StandIn.Objects;
using AmViz.StandIn.Processes;

namespace AmViz.StandIn.Pods;

/// <summary>What pods are run with.</summary>
/// <param name="Objects">The objects of the cluster.</param>
/// <param name="Images">Programs in place of images.</param>
/// <param name="Network">Finds services.</param>
/// <param name="Addresses">Gives pods their addresses.</param>
/// <param name="Guardian">Ends what is left.</param>
/// <param name="Folder">Folder for claims, logs and pods.</param>
internal sealed record PodServices(ClusterObjects Objects, Images Images, ServiceNetwork Network, LoopbackAddresses Addresses, Guardian Guardian, string Folder)
{
    /// <summary>Name of the one node.</summary>
    public const string NodeName = "stand-in";
}
