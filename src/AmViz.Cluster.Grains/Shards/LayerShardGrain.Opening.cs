using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using Orleans;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>How a shard comes to life, follows its sweep, and leaves.</summary>
internal sealed partial class LayerShardGrain
{
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        gauges.Hide(this);
        // The next life begins with what is kept now.
        await (_opened?.KeepLeasesAsync() ?? Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
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
            _ = state.KeepLeasesAsync();
        }
    }

    private Task<ShardState> State() => State(null);

    /// <summary>The state, read from the store once a generation; a failure is told to the caller, and the next one tries again.</summary>
    private Task<ShardState> State(ShardAdmission? admission)
    {
        if (_opening is null or { IsFaulted: true } or { IsCanceled: true } || (admission is not null && _openingFor?.IsOfSameGeneration(admission) != true))
        {
            _openingFor = admission;
            _opening = Read(admission, _opening);
        }

        return _opening;
    }

    /// <summary>Reads the store, after whoever is reading it at the moment: what that one finds may be of a generation that is over.</summary>
    private async Task<ShardState> Read(ShardAdmission? admission, Task<ShardState>? before)
    {
        await (before ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        admission ??= await Sweep.Admit();
        if (_opened is { } opened && opened.Admission.IsOfSameGeneration(admission))
        {
            return opened;
        }

        _replies.Clear();
        _opened = null;
        // What others hand in at this moment is found by that.
        var last = _last;
        await (last?.SettledAsync() ?? Task.CompletedTask);
        var shard = await shards.FindAsync(Id)
            ?? throw new StorageException($"Shard '{Id}' is not part of a sweep in the store. Submit the sweep first.");
        var keeper = await ShardKeeper.OpenAsync(cache, this.GetGrainId(), options.Value, shard.Count, admission, last?.Table.Epoch ?? 0);
        var leases = last?.Admission.RunStartedAt == admission.RunStartedAt ? last.Table : null;
        var state = await ShardState.OpenAsync(parts, results, checkpoints, options.Value, shard, admission, keeper, leases, SiloName, instruments.OnEnded, CancellationToken.None);
        await LookForLeftovers(state);
        LogOpened(Id, state.Table.Epoch, state.Table.DoneCount, shard.Count, state.Table.Leases.Count);
        _timer ??= this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(options.Value.Tick, options.Value.Tick) { Interleave = true });
        return _last = _opened = state;
    }
}
