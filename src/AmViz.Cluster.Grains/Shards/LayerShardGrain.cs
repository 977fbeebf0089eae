using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>See <see cref="ILayerShardGrain"/>.</summary>
/// <remarks>All calls interleave: between two awaits the lease table is consistent, and a slow store must not hold up renewals.</remarks>
[CoordinatorSilosOnly]
internal sealed partial class LayerShardGrain(
    ShardCatalogue shards, ManifestParts parts, ResultStore results, CheckpointStore checkpoints, ShardCache cache, IOptions<LeaseOptions> options, ILocalSiloDetails silo,
    IClusterMembershipService membership, ClusterInstruments instruments, SiloGauges gauges, ILogger<LayerShardGrain> log)
    : Grain, ILayerShardGrain
{
    private readonly LastReplies _replies = new(options.Value.Clock, options.Value.RepliesLast);

    private Task<ShardState>? _opening;
    // What the sweep said when the store began to be read; null: it is asked.
    private ShardAdmission? _openingFor;
    private ShardState? _opened;
    // What was read last: its leases go on, and the rows it is writing are waited for.
    private ShardState? _last;
    private ShardSummary? _told;
    private IGrainTimer? _timer;

    private ShardId Id => ShardId.Parse(this.GetPrimaryKeyString());

    private ISweepGrain Sweep => GrainFactory.GetGrain<ISweepGrain>(Id.Sweep.Value);

    private string SiloName => silo.SiloAddress.ToParsableString();

    public async Task<ShardSummary> Open(ShardAdmission admission)
    {
        ShardState state;
        try
        {
            state = await State(admission);
        }
        catch (StorageException e) when (!e.CanRetry && e is not StoreUnreachableException)
        {
            // A value, because exceptions lose what they know on their way through the cluster.
            LogBroken(Id, e);
            return new() { Shard = Id, Counts = default, Available = 0, Leases = 0, RowsWritten = 0, Admission = admission, Broken = e.Message };
        }

        Follow(state, admission);
        return _told = state.Summarize();
    }

    public Task<ExchangeReply> Exchange(ExchangeRequest request)
    {
        if (_replies.TryFind(request, out var last))
        {
            return last;
        }

        var reply = Answer(request);
        _replies.Keep(request, reply);
        return reply;
    }

    public async Task<IReadOnlyList<LeaseDirective>> Renew(RenewRequest request)
    {
        var state = await State();
        LeaseDirective[] directives = [.. request.Leases.Select(lease => state.Admission.State == SweepState.Running && state.Table.Renew(request.Device, lease)
            ? LeaseDirective.Continue
            : LeaseDirective.Cancel)];
        if (request.Leases.Any(lease => lease.Drawing.Count > 0 && state.Table.IsApart(lease.Token)))
        {
            // A suspect is not begun before it is kept that it is: the loss of its device may take this activation along.
            await state.KeepLeasesAsync();
        }
        else
        {
            state.KeepLeasesSoon();
        }

        return directives;
    }

    public async Task Release(string device, IReadOnlyList<AttemptToken> leases)
    {
        var state = await State();
        foreach (var token in leases)
        {
            state.Table.Release(token);
        }

        _ = state.KeepLeasesAsync();
    }

    public async Task<ShardSnapshot> Snapshot()
    {
        var state = await State();
        return new(state.Summarize(), state.Table.Epoch, [.. state.Table.Leases.Select(lease => new HeldLease(
            lease.Token, lease.Device, [.. lease.Tasks.Where(task => !state.Table.IsDone(task))]))]);
    }

    private async Task<ExchangeReply> Answer(ExchangeRequest request)
    {
        var begun = options.Value.Clock.GetTimestamp();
        var state = await State();
        ReleaseWhatIsNotThere(state, request);
        foreach (var held in request.Held)
        {
            state.Table.Renew(request.Device, held);
        }

        foreach (var report in request.Reports)
        {
            await Take(report);
        }

        state = await State();
        if (request.Want > 0 || state.IsFinished)
        {
            await LookForLeftovers(state);
        }

        var reply = await Give(state, request);
        // Not waited for, which every exchange would feel, and at most once a tick. A device that dies drops at most this activation, and not before its silo is known to be dead.
        // If this process dies within that tick, with a device of its own that began at once, that death counts against nobody. Suspects are different: Renew waits.
        state.KeepLeasesSoon();
        if (state.IsFinished)
        {
            _ = Tell(state);
        }

        gauges.Show(this, state.Table, options.Value.Clock);
        instruments.OnExchange(options.Value.Clock.GetElapsedTime(begun).TotalSeconds);
        return reply;
    }

    /// <summary>A device names all leases that it goes on with or ends. One that an earlier life gave it and that it does not name never reached it, or has ended.</summary>
    private static void ReleaseWhatIsNotThere(ShardState state, ExchangeRequest request)
    {
        HashSet<AttemptToken> named = [.. request.Held.Select(lease => lease.Token), .. request.Reports.Select(report => report.Token)];
        state.Table.ReleaseRestored(lease => string.Equals(lease.Device, request.Device, StringComparison.Ordinal) && !named.Contains(lease.Token));
    }

    /// <summary>Rows count once they are written, whoever brings them; troubles count only under a lease that still stands, so a report that comes twice counts once.</summary>
    private async Task Take(LeaseReport report)
    {
        var state = await State();
        await state.WriteAsync([.. report.Rows.Select(row => (row.Task, new PartRow(row.Entry, row.Log with
        {
            Attempt = state.Table.AttemptOf(row.Task),
            Lease = report.Token.ToString(),
        })))]);
        // The store may have been read again meanwhile.
        state = await State();
        if (state.Table.Report(report) && (report.Failures.Count > 0 || report.Crashes.Count > 0))
        {
            instruments.OnTroubles(report.Failures.Count, report.Crashes.Count);
            state.LastError = report.Failures is [.., var failure] ? failure.Error : report.Crashes[^1].Error;
            LogTrouble(Id, report.Token, report.Failures.Count, report.Crashes.Count, state.LastError);
            await WriteCondemned(state);
            _ = Tell(state);
        }
    }

    private async Task<ExchangeReply> Give(ShardState state, ExchangeRequest request)
    {
        if (state.IsFinished)
        {
            return new(ExchangeVerdict.Finished);
        }

        if (state.Admission.State != SweepState.Running || !DevicePool.MayDraw(request.Pool, state.Admission.Pool))
        {
            return new(ExchangeVerdict.Closed);
        }

        if (state.Table.FreeCount == 0)
        {
            // The timer looks every now and then; with nothing else to give, it is worth looking at once.
            TakeBackExpired(state);
            await LookForLeftovers(state);
        }

        if (!ReferenceEquals(state, _opened))
        {
            // The store is being read again: what this state has to give may be done, or given by the next one.
            return new(ExchangeVerdict.NothingNow);
        }

        if (state.Table.Claim(request.Device, request.Want, request.BatchSize, request.ExpectedBatch) is not { } lease)
        {
            return new(ExchangeVerdict.NothingNow);
        }

        if (lease.IsSecondCopy)
        {
            // Its first holder is alive and may have saved since anybody looked.
            state.Table.MustLookForCheckpoints = true;
            await LookForLeftovers(state);
        }

        List<LiveLease> leases = [lease];
        while (leases.Count < request.Leases && state.Table.FreeCount >= request.Want
            && state.Table.Claim(request.Device, request.Want, request.BatchSize, request.ExpectedBatch) is { } next)
        {
            leases.Add(next);
        }

        return new(ExchangeVerdict.Leased, [.. leases.Select(given => Hand(state, given))]);
    }

    private Lease Hand(ShardState state, LiveLease lease)
    {
        instruments.OnLeased(lease.Tasks.Count, lease.IsSecondCopy);
        return new(lease.Token, state.Shard, lease.Tasks, lease.Duration, [.. lease.Tasks.Where(state.Table.MayHaveCheckpoint)], lease.IsApart);
    }

    /// <summary>Without the store everything would be drawn from the beginning, which is slow but right.</summary>
    private async Task LookForLeftovers(ShardState state)
    {
        try
        {
            await state.LookForLeftoversAsync(SiloName);
        }
        catch (StorageException e)
        {
            LogNoLeftovers(Id, e);
        }
    }
}
