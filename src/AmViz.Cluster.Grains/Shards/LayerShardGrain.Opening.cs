using AmViz.Storage;
using Orleans;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>How a shard is activated, follows its sweep, and is deactivated.</summary>
internal sealed partial class LayerShardGrain
{
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        gauges.HideLeases(this);
        // The next activation begins with what is saved now.
        await (_opened?.SaveLeasesAsync() ?? Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private static void Apply(ShardAdmission admission, ShardState state)
    {
        if (state.Admission == admission)
        {
            return;
        }

        state.Admission = admission;
        if (admission.State != SweepState.Running)
        {
            state.Table.ReleaseAll();
            _ = state.SaveLeasesAsync();
        }
    }

    private Task<ShardState> State() => State(null);

    /// <summary>The state, read from the store once a generation; a failure reaches the caller, and the next one tries again.</summary>
    private Task<ShardState> State(ShardAdmission? admission)
    {
        if (_opening is null or { IsFaulted: true } or { IsCanceled: true } || (admission is not null && _openingFor?.IsOfSameGeneration(admission) != true))
        {
            _openingFor = admission;
            _opening = Read(admission, _opening);
        }

        return _opening;
    }

    /// <summary>Reads the store, after a read that is under way: what that one finds may be of a generation that is over.</summary>
    private async Task<ShardState> Read(ShardAdmission? admission, Task<ShardState>? before)
    {
        await (before ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        admission ??= await Sweep.Admit();
        if (_opened is { } opened && opened.Admission.IsOfSameGeneration(admission))
        {
            return opened;
        }

        _replies.RemoveAnswered();
        _opened = null;
        // Rows that are being written at this moment are found by that.
        var last = _last;
        await (last?.SettledAsync() ?? Task.CompletedTask);
        var shard = await shards.FindAsync(Id)
            ?? throw new StorageException($"Shard '{Id}' is not part of a sweep in the store. Submit the sweep first.");
        var snapshots = await ShardSnapshots.OpenAsync(cache, this.GetGrainId(), options.Value, shard.Count, admission, last?.Table.Epoch ?? 0);
        var ofSameRun = last?.Admission.RunStartedAt == admission.RunStartedAt ? last : null;
        var state = await ShardState.OpenAsync(stores, snapshots, options.Value, shard, admission, ofSameRun, SiloName, instruments.OnEnded, CancellationToken.None);
        await ReconcileWithStore(state);
        LogOpened(Id, state.Table.Epoch, state.Progress.EndedCount, shard.Count, state.Table.Leases.Count);
        _timer ??= this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(options.Value.Tick, options.Value.Tick) { Interleave = true });
        return _last = _opened = state;
    }
}
