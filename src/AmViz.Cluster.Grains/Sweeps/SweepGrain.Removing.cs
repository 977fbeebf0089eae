using AmViz.Storage;
using Orleans;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>How a sweep is removed.</summary>
internal sealed partial class SweepGrain
{
    private readonly CancellationTokenSource _deactivating = new();
    private Task? _removal;
    // What keeps the removal from going on until somebody mends it.
    private CorruptBlobException? _damage;

    /// <summary>Whether there is nothing left to ask of the sweep.</summary>
    private bool IsGone => _plan is null || _removal is not null;

    public async Task<SweepRemoval> Delete()
    {
        await Awake();
        // One that was only written down has nothing either that could go on.
        await Change(() => !IsGone && (State.HasEnded() || State == SweepState.Planned), async () =>
        {
            await Mark();
            BeginRemoval();
        });
        CheckNotDamaged();
        return _removal is not null ? SweepRemoval.Removing : _plan is null ? SweepRemoval.Gone : SweepRemoval.Live;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _deactivating.CancelAsync();
        // The next activation goes on, and no two remove at once.
        await (_removal ?? Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public void Dispose() => _deactivating.Dispose();

    private void BeginRemoval() => _removal = Remove(_deactivating.Token);

    private async Task Mark()
    {
        try
        {
            await remover.MarkAsync(Id, CancellationToken.None);
        }
        catch
        {
            // The mark may be there all the same. The next call looks, before anything else begins.
            _loading = null;
            throw;
        }
    }

    /// <summary>A mark may come late, from an activation that was thought dead; some later activation would take the new run for what was to be removed.</summary>
    private async Task LookForMark()
    {
        if (!IsGone && (State.HasEnded() || State == SweepState.Planned) && await remover.IsMarkedAsync(Id, CancellationToken.None))
        {
            BeginRemoval();
        }
    }

    /// <summary>Removes the sweep, however often that takes. Not inside a call: a sweep of a million pictures takes longer than a call may.</summary>
    private async Task Remove(CancellationToken deactivating)
    {
        // Not before who began it knows of it.
        await Task.Yield();
        while (!await TryRemove(deactivating))
        {
            await Task.Delay(options.Value.Tick, options.Value.Clock, deactivating);
        }

        LogRemoved(Id);
        (_plan, _board, _entry, _endedGeneration, _lastError, _damage, _removal) = (null, null, JournalEntry.None, null, null, null, null);
    }

    private async Task<bool> TryRemove(CancellationToken deactivating)
    {
        try
        {
            // It is used all the time, though nobody calls.
            DelayDeactivation(options.Value.ReviveInterval);
            await Task.Run(() => remover.RemoveAsync(Id, deactivating), deactivating);
            _damage = null;
            return true;
        }
        catch (Exception e) when (!deactivating.IsCancellationRequested)
        {
            LogNotRemoved(Id, e);
            _damage = e as CorruptBlobException;
            return !await StillMarked(deactivating);
        }
    }

    private async Task<bool> StillMarked(CancellationToken deactivating)
    {
        try
        {
            return await remover.IsMarkedAsync(Id, deactivating);
        }
        catch (Exception) when (!deactivating.IsCancellationRequested)
        {
            // The store is away; it is asked again.
            return true;
        }
    }

    /// <summary>One that is just being removed begins anew after that.</summary>
    private async Task Removed()
    {
        var begun = options.Value.Clock.GetTimestamp();
        while (_removal is { } removal)
        {
            CheckNotDamaged();
            CheckPatience(begun, Id);
            await await Task.WhenAny(removal, Task.Delay(options.Value.Tick, options.Value.Clock));
        }
    }

    /// <summary>A sweep that is being removed and has pictures that this one wants is waited for, or it would take them from under it.</summary>
    private async Task WayIsFree(SweepPlan plan)
    {
        var begun = options.Value.Clock.GetTimestamp();
        while (await remover.InTheWayOfAsync(plan, CancellationToken.None) is [var first, ..] inTheWay)
        {
            CheckPatience(begun, first);
            await Task.WhenAll(inTheWay.Select(GoOn));
            await Task.Delay(options.Value.Tick, options.Value.Clock);
        }
    }

    private void CheckNotDamaged()
    {
        if (_removal is not null && _damage is { } damage)
        {
            throw new CorruptBlobException(damage.Path, damage.Message, damage);
        }
    }

    private void CheckPatience(long begun, SweepId removed)
    {
        if (options.Value.Clock.GetElapsedTime(begun) > options.Value.RemovalPatience)
        {
            throw new SweepBeingRemovedException(removed);
        }
    }

    /// <summary>The coordinator that removed a sweep may be gone: called, the next one goes on.</summary>
    private async Task GoOn(SweepId removed)
    {
        try
        {
            await GrainFactory.GetGrain<ISweepGrain>(removed.Value).Status();
        }
        catch (Exception e)
        {
            LogNotAwake(removed, e);
        }
    }
}
