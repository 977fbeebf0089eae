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
internal sealed partial class LayerShardGrain(
    SweepStore sweeps, ManifestParts parts, ResultStore results, IOptions<LeaseOptions> options, ILocalSiloDetails silo,
    IClusterMembershipService membership, ClusterInstruments instruments, ILogger<LayerShardGrain> log)
    : Grain, ILayerShardGrain
{
    // The last request of every device, with the reply that a repetition gets.
    private readonly Dictionary<string, (long Number, Task<ExchangeReply> Reply)> _replies = new(StringComparer.Ordinal);

    private Task<ShardState>? _opening;
    private ShardState? _opened;
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
        return [.. request.Leases.Select(lease => state.Admission.State == SweepState.Running && state.Table.Renew(request.Device, lease)
            ? LeaseDirective.Continue
            : LeaseDirective.Cancel)];
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

    private async Task<ExchangeReply> Answer(ExchangeRequest request)
    {
        var state = await State();
        foreach (var held in request.Held)
        {
            state.Table.Renew(request.Device, held);
        }

        foreach (var report in request.Reports)
        {
            await Take(state, report);
        }

        var reply = Give(state, request);
        if (state.IsFinished)
        {
            _ = Tell(state);
        }

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

        instruments.OnReported(report.Rows.Count, report.Failures.Count, report.Crashes.Count);
    }

    private ExchangeReply Give(ShardState state, ExchangeRequest request)
    {
        if (state.IsFinished)
        {
            return new(ExchangeVerdict.Finished);
        }

        if (state.Admission.State != SweepState.Running)
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

        instruments.OnLeased(lease.Tasks.Count, lease.IsSecondCopy);
        return new(ExchangeVerdict.Leased, new Lease(lease.Token, state.Shard, lease.Tasks, lease.Duration));
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
        var plan = await sweeps.ReadPlanAsync(Id.Sweep, CancellationToken.None);
        var shard = plan?.Shards().FirstOrDefault(shard => shard.Id == Id)
            ?? throw new StorageException($"Shard '{Id}' is not part of a sweep in the store. Submit the sweep first.");
        var state = await ShardState.OpenAsync(parts, results, options.Value, shard, admission, SiloName, CancellationToken.None);
        LogOpened(Id, state.Table.Epoch, state.Table.DoneCount, shard.Count);
        _timer ??= this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(options.Value.Tick, options.Value.Tick) { Interleave = true });
        return _opened = state;
    }
}
