using AmViz.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>See <see cref="ILayerShardGrain"/>.</summary>
/// <remarks>All calls interleave: between two awaits the lease table is consistent, and a slow store must not hold up renewals.</remarks>
[CoordinatorSilosOnly]
internal sealed partial class LayerShardGrain(
    ShardCatalogue shards, ShardStores stores, ShardCache cache, IOptions<LeaseOptions> options, ILocalSiloDetails silo,
    IClusterMembershipService membership, ClusterInstruments instruments, SiloGauges gauges, ILogger<LayerShardGrain> log)
    : Grain, ILayerShardGrain
{
    private static readonly TimeSpan DevicePatience = TimeSpan.FromSeconds(1);

    private readonly LastReplies _replies = new(options.Value.Clock, options.Value.ReplyLifetime);

    private Task<ShardState>? _opening;
    // What the sweep said when the store began to be read; null: it is asked.
    private ShardAdmission? _openingFor;
    private ShardState? _opened;
    // What was read last: its leases continue, and the rows it is writing are waited for.
    private ShardState? _last;
    private ShardSummary? _reported;
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

        Apply(admission, state);
        return _reported = state.Summarize();
    }

    public Task<ExchangeReply> Exchange(ExchangeRequest request)
    {
        if (_replies.TryFind(request, out var last))
        {
            return last;
        }

        var reply = Answer(request);
        _replies.Add(request, reply);
        return reply;
    }

    public async Task<IReadOnlyList<LeaseDirective>> Renew(RenewRequest request)
    {
        var state = await State();
        LeaseDirective[] directives = [.. request.Leases.Select(lease => state.Admission.State == SweepState.Running && state.Table.Renew(request.Device, lease) && !Recall(state, lease.Token)
            ? LeaseDirective.Continue
            : LeaseDirective.Cancel)];
        if (request.Leases.Any(lease => lease.Drawing.Count > 0 && state.Table.IsIsolated(lease.Token)))
        {
            // A suspect is not begun before that is persisted: the loss of its device may take this activation along.
            await state.SaveLeasesAsync();
        }
        else
        {
            state.SaveLeasesSoon();
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

        _ = state.SaveLeasesAsync();
    }

    public async Task<ShardInspection> Inspect()
    {
        var state = await State();
        return new(state.Summarize(), state.Table.Epoch, [.. state.Table.Leases.Select(lease => new HeldLease(
            lease.Token, lease.Device, [.. lease.Tasks.Where(task => !state.Progress.HasEnded(task))]))]);
    }

    public async Task<TaskInspection> InspectTask(int task, bool history)
    {
        var state = await State();
        await WriteAttempts(state);
        var holder = state.Progress.HasEnded(task) ? null : state.Table.Leases.FirstOrDefault(lease => lease.Tasks.Contains(task));
        return await new TaskInspector(state, stores).InspectAsync(task, holder is null ? null : await AskDevice(state.Shard.TaskAt(task)), history, CancellationToken.None);
    }

    public async Task<EndedTasks> CountEnded(TaskFilter filter)
    {
        var state = await State();
        await WriteQuarantined(state);
        return await new TaskInspector(state, stores).CountAsync(filter, CancellationToken.None);
    }

    /// <summary>What the device says of a task that it holds.</summary>
    /// <returns>Null if it does not answer at once: it may have just died.</returns>
    private async Task<ChannelTaskStatus?> AskDevice(ChannelTask task)
    {
        try
        {
            return await GrainFactory.GetGrain<IChannelTaskGrain>(ChannelTaskKey.Of(Id.Sweep, task).ToString()).Status().WaitAsync(DevicePatience);
        }
        catch (Exception e)
        {
            LogDeviceSilent(Id, task, e);
            return null;
        }
    }

    private async Task<ExchangeReply> Answer(ExchangeRequest request)
    {
        var begun = options.Value.Clock.GetTimestamp();
        var state = await State();
        ReleaseUnnamed(state, request);
        foreach (var held in request.Held)
        {
            state.Table.Renew(request.Device, held);
        }

        foreach (var report in request.Reports)
        {
            await Record(report);
        }

        state = await State();
        if (request.Want > 0 || state.IsFinished)
        {
            await ReconcileWithStore(state);
        }

        var reply = await Grant(state, request);
        // Not waited for, which every exchange would feel, and at most once a tick. A device that dies drops at most this activation, and not before its silo is known to be dead.
        // If this process dies within that tick, with a device of its own that began at once, that death counts against nobody. Suspects are different: Renew waits.
        state.SaveLeasesSoon();
        if (state.IsFinished)
        {
            _ = NotifySweep(state);
        }

        ShowLeases(state.Table);
        instruments.OnExchange(options.Value.Clock.GetElapsedTime(begun).TotalSeconds);
        return reply;
    }

    /// <summary>Whether a lease is called back that its device is very late with. Tasks that draw nothing are not: what was reached of them is not saved.</summary>
    private bool Recall(ShardState state, AttemptToken token)
    {
        if (state.Shard.Work is not null)
        {
            return false;
        }

        var before = state.Table.RecalledCount;
        var isRecalled = state.Table.Recall(token);
        if (state.Table.RecalledCount > before)
        {
            instruments.OnHedged(HedgeReason.Recalled);
            LogRecalled(Id, token);
        }

        return isRecalled;
    }

    /// <summary>A device names all leases that it holds or ends. One that an earlier activation granted and that it does not name never reached it, or has ended.</summary>
    private static void ReleaseUnnamed(ShardState state, ExchangeRequest request)
    {
        HashSet<AttemptToken> named = [.. request.Held.Select(lease => lease.Token), .. request.Reports.Select(report => report.Token)];
        state.Table.ReleaseRestored(lease => string.Equals(lease.Device, request.Device, StringComparison.Ordinal) && !named.Contains(lease.Token));
    }

    /// <summary>Rows count once they are written, from any device; faults count only under an active lease, so a report that comes twice counts once.</summary>
    private async Task Record(LeaseReport report)
    {
        var state = await State();
        await state.WriteAsync([.. report.Rows.Select(row => row with
        {
            Run = row.Run with { Attempt = state.Faults.AttemptOf(state.TaskOf(row)), Lease = report.Token.ToString() },
        })]);
        // The store may have been read again meanwhile.
        state = await State();
        if (state.Table.Report(report) && (report.Failures.Count > 0 || report.Crashes.Count > 0))
        {
            instruments.OnFailures(report.Failures.Count, report.Crashes.Count);
            state.LastError = report.Failures is [.., var failure] ? failure.Error : report.Crashes[^1].Error;
            LogFaults(Id, report.Token, report.Failures.Count, report.Crashes.Count, state.LastError);
            await WriteAttempts(state);
            await WriteQuarantined(state);
            _ = NotifySweep(state);
        }
    }

    private async Task<ExchangeReply> Grant(ShardState state, ExchangeRequest request)
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
            // The timer looks every now and then; with nothing else to lease, it is worth looking at once.
            EndExpired(state);
            if (!request.IsBusy)
            {
                state.Table.LookForUnreported();
            }

            await ReconcileWithStore(state);
        }

        if (!ReferenceEquals(state, _opened))
        {
            // The store is being read again: the free tasks of this state may have ended, or be leased by the next one.
            return new(ExchangeVerdict.NothingNow);
        }

        var want = TasksWanted(request, state.Shard);
        if (state.Table.Claim(request.Device, want, state.Shard.TasksAtOnce(request.BatchSize), request.ExpectedBatch, request.IsBusy) is not { } lease)
        {
            return new(ExchangeVerdict.NothingNow);
        }

        if (lease.Hedges is not null)
        {
            // Its first holder is alive and may have saved since the last listing.
            state.Table.MustListCheckpoints = true;
            await ReconcileWithStore(state);
        }

        List<LiveLease> leases = [lease];
        while (leases.Count < request.Leases && state.Table.FreeCount >= want
            && state.Table.Claim(request.Device, want, state.Shard.TasksAtOnce(request.BatchSize), request.ExpectedBatch) is { } next)
        {
            leases.Add(next);
        }

        return new(ExchangeVerdict.Leased, [.. leases.Select(granted => ForDevice(granted, state))]);
    }

    /// <summary>Most tasks of a lease: a device wants a number of batches, and counts them in pictures.</summary>
    private static int TasksWanted(ExchangeRequest request, Shard shard)
        => shard.Work is null ? request.Want : (request.Want + request.BatchSize - 1) / request.BatchSize;

    private Lease ForDevice(LiveLease lease, ShardState state)
    {
        instruments.OnLeased(lease.Tasks.Count, lease.IsSecondCopy);
        if (lease.Hedges is { } reason)
        {
            instruments.OnHedged(reason);
            LogHedged(Id, lease.Token, lease.Tasks.Count, lease.Device, reason);
        }

        return new(lease.Token, state.Shard, lease.Tasks, lease.Duration, [.. lease.Tasks.Where(state.Table.MayHaveCheckpoint)], lease.IsIsolated);
    }

    /// <summary>Without the store everything would be drawn from the beginning, which is slow but right.</summary>
    private async Task ReconcileWithStore(ShardState state)
    {
        try
        {
            await state.ReconcileWithStoreAsync();
        }
        catch (StorageException e)
        {
            LogNotReconciled(Id, e);
        }
    }
}
