using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AmViz.Sweeps;

namespace AmViz.Cluster.Silo;

/// <summary>Metrics of a silo's process.</summary>
public sealed class SiloInstruments : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "AmViz.Silo";

    private static readonly InstrumentAdvice<double> Calls = new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] };

    private readonly Meter _meter;
    private readonly Histogram<double> _redisSeconds;
    private readonly Counter<long> _redisErrors;
    private readonly ConcurrentDictionary<string, Func<DateTimeOffset>> _expirations = new(StringComparer.Ordinal);

    /// <summary>Makes the meter.</summary>
    /// <param name="meters">Where.</param>
    /// <param name="life">Where the silo stands.</param>
    /// <param name="build">What runs: version, role and pool.</param>
    internal SiloInstruments(IMeterFactory meters, SiloLife life, SiloBuild build)
    {
        _meter = meters.Create(MeterName);
        _meter.CreateObservableGauge("amviz.silo.joined", () => life.Stage == SiloStage.Joined ? 1 : 0, null, "Whether the silo is a member of the cluster and takes work.");
        _meter.CreateObservableGauge("amviz.silo.draining", () => life.Stage == SiloStage.Draining ? 1 : 0, null, "Whether the silo was told to leave.");
        _meter.CreateObservableCounter("amviz.silo.evictions", () => (long)life.Evictions, "{eviction}", "Times the others declared this silo dead and it joined again.");
        var tags = new KeyValuePair<string, object?>[] { new("version", build.Version), new("role", build.Role), new("pool", build.Pool) };
        _meter.CreateObservableGauge("amviz.build.info", () => new Measurement<int>(1, tags), null, "Always 1; its labels tell what runs.");
        _meter.CreateObservableGauge("amviz.certificate.expiration.timestamp", Expirations, "s", "When the certificate of a port expires, in seconds since 1970.");
        _redisSeconds = _meter.CreateHistogram("amviz.redis.duration", "s", "Time of the silo's own look into the membership table.", tags: null, Calls);
        _redisErrors = _meter.CreateCounter<long>("amviz.redis.errors", "{error}", "Looks into the membership table that failed.");
        _redisErrors.Add(0);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    /// <summary>Shows from now on when a certificate expires; again for the same port, in place of before.</summary>
    /// <param name="port"><c>http</c> or <c>cluster</c>.</param>
    /// <param name="expiration">When that is, of the certificate that is in force.</param>
    internal void ShowExpiration(string port, Func<DateTimeOffset> expiration) => _expirations[port] = expiration;

    internal void OnRedisAnswered(double seconds) => _redisSeconds.Record(seconds);

    internal void OnRedisFailed() => _redisErrors.Add(1);

    private IEnumerable<Measurement<long>> Expirations()
        => _expirations.Select(certificate => new Measurement<long>(certificate.Value().ToUnixTimeSeconds(), new KeyValuePair<string, object?>("port", certificate.Key)));
}

/// <summary>What runs.</summary>
/// <param name="Version">Of the program.</param>
/// <param name="Role"><c>coordinator</c>, <c>gpu</c> or <c>all</c>.</param>
/// <param name="Pool">Pool of its devices.</param>
internal sealed record SiloBuild(string Version, string Role, string Pool)
{
    /// <summary>Of a silo that nobody looks at.</summary>
    public static SiloBuild Unknown { get; } = new(ThisVersion, "all", "default");

    /// <summary>Version of this program.</summary>
    public static string ThisVersion => SoftwareVersion.Current;
}
