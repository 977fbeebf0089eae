using System.Net;
using AmViz.Cli.Engine;
using AmViz.Cluster.Api;
using AmViz.Cluster.Client;
using AmViz.Cluster.Grains;
using AmViz.Cluster.Silo;
using AmViz.Storage;
using Microsoft.Extensions.Logging;

namespace AmViz.Cli.Options;

/// <summary>What somebody wants of a silo.</summary>
internal sealed record SiloChoice
{
    /// <summary>The role that coordinates and draws.</summary>
    public const string Everything = "all";

    /// <summary>The role that only coordinates.</summary>
    public const string Coordinator = "coordinator";

    /// <summary>The role that only draws.</summary>
    public const string Gpu = "gpu";

    /// <summary>One of the three roles.</summary>
    public required string Role { get; init; }

    /// <summary>The cluster that it joins; null: it is one alone.</summary>
    public required ClusterConnection? Cluster { get; init; }

    /// <summary>What it draws on.</summary>
    public required DeviceChoice Device { get; init; }

    /// <summary>How often unfinished pictures are saved.</summary>
    public required Action<DeviceAgentOptions> Checkpoints { get; init; }

    /// <summary>Where others reach it.</summary>
    public required (IPAddress? Address, int SiloPort, int GatewayPort) Endpoint { get; init; }

    /// <summary>Where it shows itself, still without an API.</summary>
    public required ObservatoryOptions Http { get; init; }

    /// <summary>Whose tokens open its API; null: nobody's.</summary>
    public required OidcOptions? Issuer { get; init; }

    /// <summary>How much may be asked of its API.</summary>
    public required ApiLimits Limits { get; init; }

    /// <summary>How long sweeps that have ended are kept; null: for good.</summary>
    public required TimeSpan? Keep { get; init; }

    /// <summary>Its name in logs; null: one that is made up.</summary>
    public required string? Name { get; init; }

    /// <summary>The pool of its devices.</summary>
    public required string Pool { get; init; }

    /// <summary>How long batches may go on after it was told to leave.</summary>
    public required TimeSpan Drain { get; init; }

    /// <summary>How long it looks for the cluster.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>The store of the cluster.</summary>
    public required IBlobStore Blobs { get; init; }

    /// <summary>Weights folders that it has at hand.</summary>
    public required IReadOnlyList<string> Weights { get; init; }

    /// <summary>File of the spec of the one sweep that it lives for; null: it stays.</summary>
    public required string? Sweep { get; init; }

    /// <summary>Whether it makes the first access key of a store that has none.</summary>
    public required bool MakesFirstKey { get; init; }

    /// <summary>Its log.</summary>
    public required Func<ILoggingBuilder, ILoggingBuilder> Logging { get; init; }

    /// <summary>Whether sweeps live on it.</summary>
    public bool Coordinates => Role != Gpu;

    /// <summary>Whether it draws.</summary>
    public bool Draws => Role != Coordinator;
}
