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
        var keeper = await ShardKeeper.OpenAsync(cache, this.GetGrainId(), options.Value, shard.Count, admission);
        var state = await ShardState.OpenAsync(parts, results, checkpoints, options.Value, shard, admission, keeper, SiloName, instruments.OnEnded, CancellationToken.None);
        await LookForLeftovers(state);
        LogOpened(Id, state.Table.Epoch, state.Table.DoneCount, shard.Count, state.Table.Leases.Count);
        _timer ??= this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(options.Value.Tick, options.Value.Tick) { Interleave = true });
        return _opened = state;
    }
}
