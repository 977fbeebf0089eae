using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>See <see cref="ISweepGrain"/>.</summary>
/// <remarks>Commands wait for each other; questions and reports never wait (they are marked so on the interface).</remarks>
[CoordinatorSilosOnly]
internal sealed partial class SweepGrain(
    SweepStore sweeps, SweepJournal journal, LiveSweepMarkers markers, ManifestWriter manifests, IBlobStore blobs, IOptions<SweepOptions> options, ILogger<SweepGrain> log)
    : Grain, ISweepGrain, IRemindable
{
    private const string ReviveReminder = "revive";

    private Task? _loading;
    private SweepPlan? _plan;
    private ShardBoard? _board;
    private SweepState _state = SweepState.Planned;
    private SweepRank _rank = SweepRank.Default;
    private string _pool = DevicePool.Any;
    private DateTimeOffset _runStartedAt;
    private SweepStatus? _final;
    private string? _lastError;
    private bool _wasFinished;

    private SweepId Id => new(this.GetPrimaryKeyString());

    private DateTimeOffset Now => options.Value.Clock.GetUtcNow();

    public async Task<SweepStatus> Submit(SweepPlan plan, SweepSubmission submission)
    {
        if (plan.Id != Id)
        {
            throw new ArgumentException($"The plan is of sweep '{plan.Id}'; this is sweep '{Id}'. Submit it there.", nameof(plan));
        }

        await Loaded();
        await sweeps.CreateAsync(plan, CancellationToken.None);
        _plan = plan;
        await Rank(submission.Rank ?? _rank, submission.Pool ?? _pool);
        if (!submission.Anew && _state == SweepState.Paused)
        {
            return await Resume();
        }

        if (_state == SweepState.Folding || (!submission.Anew && _state == SweepState.Running))
        {
            await Awake();
            return Describe();
        }

        _wasFinished = _state == SweepState.Finished;
        _runStartedAt = Now;
        _lastError = null;
        _board = new ShardBoard(plan, options.Value.Clock);
        await Enter(SweepState.Running);
        LogSubmitted(Id, plan.TaskCount);
        return Describe();
    }

    public async Task<SweepStatus> Pause()
    {
        await Awake();
        if (_state == SweepState.Running)
        {
            await Enter(SweepState.Paused);
            await TellShards();
        }

        return Describe();
    }

    public async Task<SweepStatus> Resume()
    {
        await Awake();
        if (_state == SweepState.Paused)
        {
            _board?.Forget();
            await Enter(SweepState.Running);
        }

        return Describe();
    }

    public async Task<SweepStatus> Cancel()
    {
        await Awake();
        if (_state is SweepState.Running or SweepState.Paused)
        {
            await End(SweepState.Cancelled);
        }

        return Describe();
    }

    public async Task<SweepStatus?> Status()
    {
        await Awake();
        return _plan is null ? null : Describe();
    }

    public async Task<ShardHint?> NextShard(NextShardRequest request)
    {
        await Awake();
        return _state == SweepState.Running && _board?.Next(request) is { } shard ? new(shard) : null;
    }

    public async Task<ShardAdmission> Admit()
    {
        await Awake();
        return Admission;
    }

    public async Task<ShardAdmission> ShardChanged(ShardSummary summary)
    {
        await Awake();
        Take(summary);
        return Admission;
    }

    /// <summary>Nobody may have asked since the silo that coordinated the sweep died: waking up is all it takes to go on.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await Awake();
        if (_state is not (SweepState.Running or SweepState.Folding) && _resting.IsCompleted)
        {
            await (_resting = Rest());
        }
    }

    private ShardAdmission Admission => new(_state, _runStartedAt) { Pool = _pool };

    /// <summary>Reads plan and journal once; a failure is told to the caller, and the next one tries again.</summary>
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
        if (_plan is null || await journal.ReadLastAsync(Id, CancellationToken.None) is not { } entry)
        {
            return;
        }

        _runStartedAt = entry.RunStartedAt;
        _rank = entry.Rank ?? SweepRank.Default;
        _pool = entry.Pool ?? DevicePool.Any;
        _final = entry.Final;
        _board = new ShardBoard(_plan, options.Value.Clock);
        _state = entry.State;
        if (_state == SweepState.Paused)
        {
            await TellIndex();
        }
    }

    /// <summary>Changes what the sweep is worth and who may draw it; a running one writes it down, and tells index and shards at once.</summary>
    private async Task Rank(SweepRank rank, string pool)
    {
        if (rank == _rank && pool == _pool)
        {
            return;
        }

        var isBoundAnew = pool != _pool;
        (_rank, _pool) = (rank, pool);
        if (_state == SweepState.Running)
        {
            await Enter(SweepState.Running);
            await (isBoundAnew ? TellShards() : Task.CompletedTask);
        }
    }

    /// <summary>Loaded, and at work if the sweep is running: after a death any question is enough to go on.</summary>
    private async Task Awake()
    {
        await Loaded();
        if (_state == SweepState.Running && _timer is null)
        {
            LogRevived(Id);
            await Work();
        }
    }

    private SweepStatus Describe()
    {
        if (_final is not null && _state.HasEnded())
        {
            return _final;
        }

        var board = _board ?? new ShardBoard(_plan!, options.Value.Clock);
        return new SweepStatus
        {
            Id = Id,
            State = _state,
            Layers = board.Layers(),
            Counts = board.Counts,
            Rank = _rank,
            Pool = _pool,
            Steps = _plan!.Recipe.Steps,
            LastError = _lastError,
            StartedAt = _runStartedAt == default ? null : _runStartedAt,
        };
    }
}
