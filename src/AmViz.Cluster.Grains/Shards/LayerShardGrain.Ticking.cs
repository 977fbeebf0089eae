using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>What a shard does by itself: notice lost leases, write what was given up, tell the sweep.</summary>
internal sealed partial class LayerShardGrain
{
    private async Task Tick()
    {
        if (_opened is { } state)
        {
            TakeBackExpired(state);
            TakeBackFromDead(state);
            await WriteCondemned(state);
            await Tell(state);
            await Keep(state);
            gauges.Show(this, state.Table, options.Value.Clock);
        }
    }

    /// <summary>Keeps what is known now and then, for the next life of this shard.</summary>
    private Task Keep(ShardState state)
    {
        var clock = options.Value.Clock;
        var isDue = state.Table.DoneCount != _keptAt.Done && clock.GetElapsedTime(_keptAt.At) >= options.Value.KeptEvery;
        return isDue ? KeepNow(state) : KeepTroubles(state);
    }

    /// <summary>Keeps at once who is suspected: the loss of a device may take this activation along.</summary>
    private Task KeepTroubles(ShardState state)
        => state.Table.TroubleVersion != _keptAt.Troubles ? KeepNow(state) : _keeping;

    private Task KeepNow(ShardState state) => _keeping = KeepAfter(_keeping, state);

    private async Task KeepAfter(Task before, ShardState state)
    {
        await before;
        if (_kept is null || state.IsWriting)
        {
            return;
        }

        _keptAt = (state.Table.DoneCount, state.Table.TroubleVersion, options.Value.Clock.GetTimestamp());
        state.Memory.Troubles = state.Table.Troubles;
        _kept.State = state.Memory;
        if (!await cache.SaveAsync(this.GetGrainId(), _kept))
        {
            // Another life of this shard keeps its own.
            _kept = null;
        }
    }

    /// <summary>Takes back what silent devices hold.</summary>
    private void TakeBackExpired(ShardState state) => Lost(state.Table.Expire(), "silent devices");

    /// <summary>Takes back what devices of dead silos hold, long before it expires.</summary>
    private void TakeBackFromDead(ShardState state)
    {
        var silos = membership.CurrentSnapshot;
        Lost(
            state.Table.Lose(lease => DeviceName.TryParseSilo(lease.Device, out var silo) && silos.GetSiloStatus(silo) == SiloStatus.Dead),
            "devices of dead silos");
    }

    private void Lost(int leases, string holders)
    {
        if (leases > 0)
        {
            LogLost(Id, leases, holders);
            instruments.OnLost(leases);
        }
    }

    private async Task WriteCondemned(ShardState state)
    {
        try
        {
            var count = await state.WriteCondemnedAsync(SiloName);
            if (count > 0)
            {
                LogGivenUp(Id, count, state.LastError);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // They stay condemned, and the next tick tries again.
            state.LastError = e.Message;
            LogNotWritten(Id, e);
        }
    }

    private async Task Tell(ShardState state)
    {
        var summary = state.Summarize();
        if (_told is not null && summary == _told with { Number = summary.Number })
        {
            return;
        }

        try
        {
            _told = summary;
            var admission = await Sweep.ShardChanged(summary);
            if (admission != state.Admission)
            {
                await Open(admission);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _told = null;
            LogNotTold(Id, e);
        }
    }
}
