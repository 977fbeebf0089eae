using System.Diagnostics.Metrics;

namespace AmViz.Cluster.Grains;

/// <summary>All metrics of grains and devices. No grain keys among the labels: there may be a million of them.</summary>
/// <remarks>
/// Lives as long as the process, in which a silo may have several lives one after the other: counters never go back, and gauges
/// show the life that is attached. Counters begin at zero, so that a series is there before the first event.
/// </remarks>
public sealed partial class ClusterInstruments : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "AmViz.Cluster";

    private static readonly InstrumentAdvice<double> Calls = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };
    private static readonly InstrumentAdvice<double> Batches = new() { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600] };

    private readonly Meter _meter;
    private readonly Counter<long> _leased;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _hedged;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _crashes;
    private readonly Counter<long> _faults;
    private readonly Counter<long> _stored;
    private readonly Counter<long> _saved;
    private readonly Counter<long> _resumed;
    private readonly Counter<long> _steps;
    private readonly Histogram<double> _batchSeconds;
    private readonly Histogram<double> _exchangeSeconds;

    /// <summary>Makes the meter.</summary>
    public ClusterInstruments(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _leased = _meter.CreateCounter<long>("amviz.tasks.leased", "{task}", "Tasks leased to devices; second_copy: because the device that held them first is silent or late.");
        _lost = _meter.CreateCounter<long>("amviz.leases.lost", "{lease}", "Leases of silent or dead devices that were ended.");
        _hedged = _meter.CreateCounter<long>("amviz.leases.hedged", "{lease}", "Leases whose work was given to another device before they had expired, by reason.");
        _ended = _meter.CreateCounter<long>("amviz.tasks.ended", "{task}", "Tasks that ended for good, by outcome.");
        _failures = _meter.CreateCounter<long>("amviz.tasks.failed", "{attempt}", "Attempts at a task that failed.");
        _crashes = _meter.CreateCounter<long>("amviz.batches.crashed", "{batch}", "Batches that failed as a whole.");
        _faults = _meter.CreateCounter<long>("amviz.device.faults", "{fault}", "Times that a device, or what it needs, was at fault, by what it could not draw; no channel is to blame.");
        _stored = _meter.CreateCounter<long>("amviz.pictures.stored", "{picture}", "Pictures stored; already_there: another device was first.");
        _saved = _meter.CreateCounter<long>("amviz.checkpoints.saved", "{picture}", "Unfinished pictures saved.");
        _resumed = _meter.CreateCounter<long>("amviz.checkpoints.resumed", "{picture}", "Pictures that went on from a checkpoint.");
        _steps = _meter.CreateCounter<long>("amviz.steps", "{step}", "Ascent steps, one a picture: images of a batch times its steps.");
        _batchSeconds = _meter.CreateHistogram("amviz.batch.duration", "s", "Time of a batch on its device.", tags: null, Batches);
        _exchangeSeconds = _meter.CreateHistogram("amviz.exchange.duration", "s", "Time in which a shard answered a device that reported and asked for work.", tags: null, Calls);
        Zero();
        CreateGauges();
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void OnLeased(int tasks, bool isSecondCopy) => _leased.Add(tasks, SecondCopy(isSecondCopy));

    internal void OnLost(int leases) => _lost.Add(leases);

    internal void OnHedged(HedgeReason reason) => _hedged.Add(1, Reason(reason));

    internal void OnEnded(ChannelOutcome outcome, bool isOfThisRun) => _ended.Add(1, Outcome(NameOf(outcome, isOfThisRun)));

    internal void OnFailures(int failures, int crashes)
    {
        _failures.Add(failures);
        _crashes.Add(crashes);
    }

    internal void OnFault(DeviceFaultScope scope) => _faults.Add(1, Scope(scope));

    internal void OnStored(bool alreadyThere) => _stored.Add(1, AlreadyThere(alreadyThere));

    internal void OnSaved(int pictures) => _saved.Add(pictures);

    internal void OnResumed(int pictures) => _resumed.Add(pictures);

    internal void OnSteps(int steps) => _steps.Add(steps);

    internal void OnBatch(double seconds) => _batchSeconds.Record(seconds);

    internal void OnExchange(double seconds) => _exchangeSeconds.Record(seconds);

    private void Zero()
    {
        foreach (var counter in new[] { _lost, _failures, _crashes, _saved, _resumed, _steps })
        {
            counter.Add(0);
        }

        foreach (var yes in new[] { false, true })
        {
            _leased.Add(0, SecondCopy(yes));
            _stored.Add(0, AlreadyThere(yes));
        }

        foreach (var scope in Enum.GetValues<DeviceFaultScope>())
        {
            _faults.Add(0, Scope(scope));
        }

        foreach (var reason in Enum.GetValues<HedgeReason>())
        {
            _hedged.Add(0, Reason(reason));
        }

        foreach (var name in new[] { "rendered", "skipped", "dead", "not_finite", "quarantined" })
        {
            _ended.Add(0, Outcome(name));
        }
    }

    private static string NameOf(ChannelOutcome outcome, bool isOfThisRun) => outcome switch
    {
        ChannelOutcome.Rendered => isOfThisRun ? "rendered" : "skipped",
        ChannelOutcome.Dead => "dead",
        ChannelOutcome.NotFinite => "not_finite",
        _ => "quarantined",
    };

    private static KeyValuePair<string, object?> SecondCopy(bool yes) => new("second_copy", yes);

    private static KeyValuePair<string, object?> AlreadyThere(bool yes) => new("already_there", yes);

    private static KeyValuePair<string, object?> Scope(DeviceFaultScope scope) => new("scope", scope.ToString().ToLowerInvariant());

    private static KeyValuePair<string, object?> Reason(HedgeReason reason) => new("reason", reason.ToString().ToLowerInvariant());

    private static KeyValuePair<string, object?> Outcome(string name) => new("outcome", name);
}
