using System.Diagnostics.Metrics;

namespace AmViz.Cluster.Grains;

/// <summary>All metrics of the cluster. No grain keys among the tags: there may be a million of them.</summary>
public sealed class ClusterInstruments : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "AmViz.Cluster";

    private readonly Meter _meter;
    private readonly Counter<long> _leased;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _crashes;
    private readonly Counter<long> _stored;
    private readonly Histogram<double> _batchSeconds;

    /// <summary>Makes the meter.</summary>
    public ClusterInstruments(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _leased = _meter.CreateCounter<long>("amviz.tasks.leased", "{task}", "Tasks given to devices; copies of late leases are tagged.");
        _lost = _meter.CreateCounter<long>("amviz.leases.lost", "{lease}", "Leases taken back from silent or dead devices.");
        _rows = _meter.CreateCounter<long>("amviz.tasks.ended", "{task}", "Tasks that ended for good.");
        _failures = _meter.CreateCounter<long>("amviz.tasks.failed", "{attempt}", "Attempts that failed.");
        _crashes = _meter.CreateCounter<long>("amviz.batches.crashed", "{batch}", "Batches that failed as a whole.");
        _stored = _meter.CreateCounter<long>("amviz.pictures.stored", "{picture}", "Pictures stored; those that lay there already are tagged.");
        _batchSeconds = _meter.CreateHistogram<double>("amviz.batch.duration", "s", "Time of a batch on its device.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void OnLeased(int tasks, bool isSecondCopy)
        => _leased.Add(tasks, new KeyValuePair<string, object?>("second_copy", isSecondCopy));

    internal void OnLost(int leases) => _lost.Add(leases);

    internal void OnReported(int rows, int failures, int crashes)
    {
        _rows.Add(rows);
        _failures.Add(failures);
        _crashes.Add(crashes);
    }

    internal void OnStored(bool alreadyThere)
        => _stored.Add(1, new KeyValuePair<string, object?>("already_there", alreadyThere));

    internal void OnBatch(double seconds) => _batchSeconds.Record(seconds);
}
