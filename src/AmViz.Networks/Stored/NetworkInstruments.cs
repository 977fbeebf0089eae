using System.Diagnostics.Metrics;

namespace AmViz.Networks;

/// <summary>Metrics of the networks that a silo fetches.</summary>
public sealed class NetworkInstruments : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "AmViz.Networks";

    private readonly Meter _meter;
    private readonly Counter<long> _fetched;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _damaged;
    private readonly Counter<long> _evicted;

    /// <summary>Makes the meter.</summary>
    public NetworkInstruments(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _fetched = _meter.CreateCounter<long>("amviz.networks.fetched", "By", "Bytes of networks fetched from the store.");
        _refused = _meter.CreateCounter<long>("amviz.networks.refused", "{network}", "Networks of the store that are not what their digest says.");
        _damaged = _meter.CreateCounter<long>("amviz.networks.damaged", "{network}", "Networks of this machine's cache that were damaged and fetched again.");
        _evicted = _meter.CreateCounter<long>("amviz.networks.evicted", "{network}", "Networks removed from this machine's cache to make room.");
        foreach (var counter in new[] { _fetched, _refused, _damaged, _evicted })
        {
            counter.Add(0);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void OnFetched(long bytes) => _fetched.Add(bytes);

    internal void OnRefused() => _refused.Add(1);

    internal void OnDamaged() => _damaged.Add(1);

    internal void OnEvicted() => _evicted.Add(1);
}
