using AmViz.Cluster.Client;
using Orleans.Connections.Security;
using Orleans.Hosting;

namespace AmViz.Benchmarks;

/// <summary>Mutual TLS between devices and coordinator, set as a cluster sets it.</summary>
/// <param name="certificates">By what they prove themselves; null: they speak plain TCP.</param>
internal sealed class SimulatedTls(ClusterCertificates? certificates)
{
    /// <summary>That of a simulation.</summary>
    public static SimulatedTls Of(SimulationSettings settings)
        => new(settings.Certificates is { } folder ? ClusterCertificates.Open(folder, TimeProvider.System, trouble => throw new InvalidOperationException(trouble)) : null);

    /// <summary>Sets it on both ports of a silo.</summary>
    public ISiloBuilder Protect(ISiloBuilder silo) => certificates is null ? silo : silo.UseTls(certificates.Apply);

    /// <summary>Sets it on a client.</summary>
    public IClientBuilder Protect(IClientBuilder client) => certificates is null ? client : client.UseTls(certificates.Apply);
}
