using System.Net;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Api;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Silo;

/// <summary>What of a silo can be seen from outside, and where.</summary>
public sealed record ObservatoryOptions
{
    /// <summary>Port for health, metrics and dashboard; 0 takes a free one, null opens none. Default: none, so that silos on one machine never collide.</summary>
    public int? HttpPort { get; init; }

    /// <summary>Address that the port is opened on. Default: all of the machine.</summary>
    public IPAddress HttpAddress { get; init; } = IPAddress.Any;

    /// <summary>What the port proves itself by; null: it speaks plain HTTP. Default: null.</summary>
    public HttpCertificate? Certificate { get; init; }

    /// <summary>Who may see the Orleans Dashboard, which needs a port; null: there is none. Default: none. A cluster has it on every silo or on none.</summary>
    public DashboardAccess? Dashboard { get; init; }

    /// <summary>What the API needs, which needs a port; null: there is none, as on a silo that does not coordinate. Default: none.</summary>
    public ApiOptions? Api { get; init; }

    /// <summary>How long a device may be without a step before <c>/health/live</c> calls it stuck. Default: 10 min.</summary>
    public TimeSpan StuckAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What the silo does: <c>coordinator</c>, <c>gpu</c> or <c>all</c>. Default: all.</summary>
    public string Role { get; init; } = "all";

    /// <summary>Pool of its devices. Default: <see cref="DevicePool.Default"/>.</summary>
    public string Pool { get; init; } = DevicePool.Default;

    /// <summary>Name of the silo; null: it has none.</summary>
    public string? Name { get; init; }

    /// <summary>Where what goes wrong with the port is logged. Default: nowhere.</summary>
    public Action<ILoggingBuilder> Logging { get; init; } = _ => { };
}

/// <summary>The port for health and metrics cannot be opened.</summary>
/// <param name="message">What was found, what was expected, what to do.</param>
/// <param name="innerException">The cause.</param>
public sealed class HttpPortException(string message, Exception innerException) : Exception(message, innerException);
