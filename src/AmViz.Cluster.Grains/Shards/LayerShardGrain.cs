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
    // The last request of every device, with the reply that a repetition gets.
    private readonly Dictionary<string, (long Number, Task<ExchangeReply> Reply)> _replies = new(StringComparer.Ordinal);

    private Task<ShardState>? _opening;
    private ShardState? _opened;
    private ShardSummary? _told;
    private IGrainTimer? _timer;
    private GrainState<ShardMemory>? _kept;
    private (int Done, int Troubles, long At) _keptAt;
    private Task _keeping = Task.CompletedTask;

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
        if (_replies.TryGetValue(request.Device, out var last) && last.Number == request.Number && !last.Reply.IsFaulted)
        {
            return last.Reply;
        }

        var reply = Answer(request);
        _replies[request.Device] = (request.Number, reply);
        return reply;
    }

    public async Task<IReadOnlyList<LeaseDirective>> Renew(RenewRequest request)
    {
        var state = await State();
        LeaseDirective[] directives = [.. request.Leases.Select(lease => state.Admission.State == SweepState.Running && state.Table.Renew(request.Device, lease)
            ? LeaseDirective.Continue
            : LeaseDirective.Cancel)];
        await KeepTroubles(state);
        return directives;
    }

    public async Task Release(string device, IReadOnlyList<AttemptToken> leases)
    {
        var state = await State();
        foreach (var token in leases)
        {
            state.Table.Release(token);
        }
    }

    public async Task<ShardSnapshot> Snapshot()
    {
        var state = await State();
        return new(state.Summarize(), state.Table.Epoch, [.. state.Table.Leases.Select(lease => new HeldLease(
            lease.Token, lease.Device, [.. lease.Tasks.Where(task => !state.Table.IsDone(task))]))]);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        gauges.Hide(this);
        return Task.CompletedTask;
    }

    private async Task<ExchangeReply> Answer(ExchangeRequest request)
    {
        var begun = options.Value.Clock.GetTimestamp();
        var state = await State();
        foreach (var held in request.Held)
        {
            state.Table.Renew(request.Device, held);
        }

        foreach (var report in request.Reports)
        {
            await Take(state, report);
        }

        if (request.Want > 0 || state.IsFinished)
        {
            await LookForCheckpoints(state);
        }

        var reply = await Give(state, request);
        if (state.IsFinished)
        {
            _ = Tell(state);
        }

        gauges.Show(this, state.Table, options.Value.Clock);
        instruments.OnExchange(options.Value.Clock.GetElapsedTime(begun).TotalSeconds);
        return reply;
    }

    /// <summary>Rows count once they are written, whoever brings them; troubles count only under a lease that still stands.</summary>
    private async Task Take(ShardState state, LeaseReport report)
    {
        await state.WriteAsync([.. report.Rows.Select(row => (row.Task, new PartRow(row.Entry, row.Log with
        {
            Attempt = state.Table.AttemptOf(row.Task),
            Lease = report.Token.ToString(),
        })))]);
        if (state.Table.Report(report) && (report.Failures.Count > 0 || report.Crashes.Count > 0))
        {
            state.LastError = report.Failures is [.., var failure] ? failure.Error : report.Crashes[^1].Error;
            LogTrouble(Id, report.Token, report.Failures.Count, report.Crashes.Count, state.LastError);
            await WriteCondemned(state);
            _ = Tell(state);
        }

        instruments.OnTroubles(report.Failures.Count, report.Crashes.Count);
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
        }

        if (state.Table.Claim(request.Device, request.Want, request.BatchSize, request.ExpectedBatch) is not { } lease)
        {
            return new(ExchangeVerdict.NothingNow);
        }

        if (lease.IsSecondCopy)
        {
            // Its first holder is alive and may have saved since anybody looked.
            state.Table.MustLookForCheckpoints = true;
            await LookForCheckpoints(state);
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
    private async Task LookForCheckpoints(ShardState state)
    {
        try
        {
            await state.LookForCheckpointsAsync();
        }
        catch (StorageException e)
        {
            LogNoCheckpoints(Id, e);
        }
    }

    private static void Follow(ShardState state, ShardAdmission admission)
    {
        if (state.Admission == admission)
        {
            return;
        }

        state.Admission = admission;
        if (admission.State != SweepState.Running)
        {
            state.Table.ReleaseAll();
        }
    }

    private Task<ShardState> State() => State(null);

    /// <summary>The state, read from the store once a run; a failure is told to the caller, and the next one tries again.</summary>
    private Task<ShardState> State(ShardAdmission? admission)
    {
        var isOfAnotherRun = admission is not null && _opened is not null && _opened.Admission.RunStartedAt != admission.RunStartedAt;
        if (_opening is null or { IsFaulted: true } or { IsCanceled: true } || isOfAnotherRun)
        {
            _replies.Clear();
            _opened = null;
            _opening = Read(admission);
        }

        return _opening;
    }

    private async Task<ShardState> Read(ShardAdmission? admission)
    {
        admission ??= await Sweep.Admit();
        var shard = await shards.FindAsync(Id)
            ?? throw new StorageException($"Shard '{Id}' is not part of a sweep in the store. Submit the sweep first.");
        _kept = await cache.LoadAsync(this.GetGrainId());
        var state = await ShardState.OpenAsync(parts, results, checkpoints, options.Value, shard, admission, _kept.State ?? new(), SiloName, instruments.OnEnded, CancellationToken.None);
        await LookForCheckpoints(state);
        LogOpened(Id, state.Table.Epoch, state.Table.DoneCount, shard.Count);
        _timer ??= this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(options.Value.Tick, options.Value.Tick) { Interleave = true });
        return _opened = state;
    }
}
