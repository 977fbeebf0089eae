using System.Diagnostics.Metrics;

namespace AmViz.Storage;

/// <summary>Metrics of a store: how long its calls take and how they end. No paths among the labels.</summary>
public sealed class StoreInstruments : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "AmViz.Storage";

    private static readonly InstrumentAdvice<double> Calls = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    private readonly Meter _meter;
    private readonly Histogram<double> _seconds;
    private Func<DateTimeOffset?> _accessExpiration = () => null;

    /// <summary>Makes the meter.</summary>
    public StoreInstruments(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _seconds = _meter.CreateHistogram("amviz.blob.duration", "s", "Time of a call to the store, retries included, by operation and outcome.", tags: null, Calls);
        _meter.CreateObservableGauge("amviz.store.access.expiration.timestamp", AccessExpirations, "s", "When the permission to use the store ends, in seconds since 1970.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    /// <summary>Shows from now on when the permission to use a store ends; null: nothing is known of that.</summary>
    internal void ShowAccessExpiration(Func<DateTimeOffset?> expiration) => _accessExpiration = expiration;

    internal void OnCall(string operation, string outcome, double seconds)
        => _seconds.Record(seconds, new KeyValuePair<string, object?>("operation", operation), new KeyValuePair<string, object?>("outcome", outcome));

    private IEnumerable<Measurement<long>> AccessExpirations()
        => _accessExpiration() is { } expiration ? [new(expiration.ToUnixTimeSeconds())] : [];
}
