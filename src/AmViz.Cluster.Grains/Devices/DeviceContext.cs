using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Grains;

/// <summary>The device that an agent serves, and how all parts of the agent are configured and observed.</summary>
/// <param name="Name">Its name in the cluster.</param>
/// <param name="Renderer">Draws on it.</param>
/// <param name="Options">How the agent works.</param>
/// <param name="Usage">Records what the device spends its time on.</param>
/// <param name="Instruments">Metrics.</param>
/// <param name="Log">Log.</param>
internal sealed record DeviceContext(
    string Name, IChannelRenderer Renderer, DeviceAgentOptions Options, DeviceClock Usage, ClusterInstruments Instruments, ILogger Log)
{
    /// <summary>Waits for a part of the interval, another one for each device: devices that were started together do not call together for ever.</summary>
    public Task StaggerAsync(TimeSpan interval, CancellationToken cancellationToken)
        => Task.Delay(interval * ((uint)StringComparer.Ordinal.GetHashCode(Name) / (double)uint.MaxValue), Options.Clock, cancellationToken);
}
