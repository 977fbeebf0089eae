using AmViz.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>See <see cref="ISweepGrain"/>.</summary>
/// <remarks>Commands wait for each other; queries and reports never wait (they are marked so on the interface).</remarks>
[CoordinatorSilosOnly]
internal sealed partial class SweepGrain(
    SweepStore sweeps, SweepJournal journal, LiveSweepMarkers markers, SweepRemover remover, ManifestWriter manifests, IOptions<SweepOptions> options, ILogger<SweepGrain> log)
    : Grain, ISweepGrain, IRemindable, IDisposable
{
    private const string ReviveReminder = "revive";

    private Task? _loading;
    private SweepPlan? _plan;
    private ShardBoard? _board;
    // The last entry of the journal. All that users ask of a sweep is in it, so that it outlives this activation.
    private JournalEntry _entry = JournalEntry.None;
    // The generation in which every task has ended; only its manifest is missing. A death of the coordinator finds that out again.
    private long? _endedGeneration;
    private string? _lastError;

    private SweepId Id => new(this.GetPrimaryKeyString());

    private DateTimeOffset Now => options.Value.Clock.GetUtcNow();

    private SweepState State => _entry.State == SweepState.Running && _endedGeneration == _entry.Generation ? SweepState.Folding : _entry.State;

    private SweepRank Rank => _entry.Rank ?? SweepRank.Default;

    private string Pool => _entry.Pool ?? DevicePool.Any;

    public async Task<SweepStatus> Submit(SweepPlan plan, SweepSubmission submission)
    {
        if (plan.Id != Id)
        {
            throw new ArgumentException($"The plan is of sweep '{plan.Id}'; this is sweep '{Id}'. Submit it there.", nameof(plan));
        }

        await Loaded();
        await LookForMark();
        await Removed();
        await sweeps.CreateAsync(plan, CancellationToken.None);
        await WayIsFree(plan);
        _plan ??= plan;
        var pool = Pool;
        await Change(() => true, () => Accept(plan, submission));
        // Devices of other pools end their leases.
        await (pool != Pool && State == SweepState.Running ? NotifyShards() : Task.CompletedTask);
        return Describe();
    }

    public async Task<SweepStatus> Pause()
    {
        await Awake();
        if (await Change(() => State == SweepState.Running, () => Commit(_entry with { State = SweepState.Paused })))
        {
            await NotifyShards();
        }

        return Describe();
    }

    public async Task<SweepStatus> Resume()
    {
        await Awake();
        await Change(() => State == SweepState.Paused, () => Commit(Started(_entry)));
        return Describe();
    }

    public async Task<SweepStatus> Cancel()
    {
        await Awake();
        if (await Change(() => State is SweepState.Running or SweepState.Paused, () => End(SweepState.Cancelled, _lastError)))
        {
            await NotifyShards();
        }

        return Describe();
    }

    public async Task<SweepStatus?> Rerank(int? priority, int? share)
    {
        await Awake();
        if (IsGone || State == SweepState.Planned)
        {
            return null;
        }

        await Change(() => !State.HasEnded() && Reranked() != Rank, () => Commit(_entry with { Rank = Reranked() }));
        return Describe();

        SweepRank Reranked() => new(priority ?? Rank.Priority, share ?? Rank.Share);
    }

    public async Task<SweepStatus?> Status()
    {
        await Awake();
        return IsGone ? null : Describe();
    }

    public async Task<ShardHint?> NextShard(NextShardRequest request)
    {
        await Awake();
        return State == SweepState.Running && _board?.Next(request) is { } shard ? new(shard) : null;
    }

    public async Task<ShardAdmission> Admit()
    {
        await Awake();
        return Admission;
    }

    public async Task<ShardAdmission> ShardChanged(ShardSummary summary)
    {
        await Awake();
        Record(summary);
        return Admission;
    }

    /// <summary>Nobody may have called since the silo that coordinated the sweep died: activation is all it takes to continue.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await Awake();
        if (State is not (SweepState.Running or SweepState.Folding) && _retiring.IsCompleted)
        {
            await (_retiring = Retire());
        }
    }

    private ShardAdmission Admission => new(State, _entry.RunStartedAt) { Pool = Pool, Generation = _entry.Generation, Retries = _entry.Retries ?? [] };

    /// <summary>Reads plan and journal once; a failure reaches the caller, and the next one tries again.</summary>
    private Task Loaded()
    {
        if (_loading is null or { IsFaulted: true } or { IsCanceled: true })
        {
            _loading = Load();
        }

        return _loading;
    }

    private async Task Load()
    {
        _plan = await sweeps.ReadPlanAsync(Id, CancellationToken.None);
        if (await remover.IsMarkedAsync(Id, CancellationToken.None))
        {
            // Begun before this activation.
            BeginRemoval();
            return;
        }

        if (_plan is null || await journal.ReadLastAsync(Id, CancellationToken.None) is not { } entry)
        {
            return;
        }

        // Entries of earlier versions do not have all of it.
        _entry = entry with { Rank = entry.Rank ?? Rank, Pool = entry.Pool ?? Pool, Budget = entry.Budget ?? new() { Channels = _plan.FailureBudget } };
        _board = new ShardBoard(_plan, options.Value.Clock);
        if (State == SweepState.Paused)
        {
            await TryEnterIndex();
        }
    }

    /// <summary>Begins a new run, or continues the present one under other terms.</summary>
    private Task Accept(SweepPlan plan, SweepSubmission submission)
    {
        var entry = _entry with { Rank = submission.Rank ?? Rank, Pool = submission.Pool ?? Pool, Budget = new() { Channels = plan.FailureBudget } };
        switch (State)
        {
            case SweepState.Running or SweepState.Folding when !submission.Anew:
                return entry == _entry ? Awake() : Commit(entry);

            case SweepState.Paused when !submission.Anew:
                return Commit(Started(entry));

            default:
                return Begin(entry with { Owner = submission.Owner });
        }
    }

    private async Task Begin(JournalEntry entry)
    {
        _lastError = null;
        await Commit(Started(entry) with { RunStartedAt = Now, Retries = [.. (entry.Retries ?? []).Where(retry => retry.Filter.Outcome != ChannelOutcome.Failed)] });
        LogSubmitted(Id, _plan!.TaskCount);
    }

    private static JournalEntry Started(JournalEntry entry) => entry with { State = SweepState.Running, Generation = entry.Generation + 1, Final = null };

    /// <summary>Loaded, and working if the sweep is running: after a death any call is enough to continue.</summary>
    private async Task Awake()
    {
        await Loaded();
        if (State == SweepState.Running && _timer is null)
        {
            LogRevived(Id);
            await StartWork();
        }
    }

    private SweepStatus Describe() => SweepStatuses.Of(_plan!, _entry, State, _board ?? new(_plan!, options.Value.Clock), _lastError);
}
