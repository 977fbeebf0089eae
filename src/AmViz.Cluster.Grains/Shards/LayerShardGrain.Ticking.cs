using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>What a shard does by itself: notice lost leases, write what was given up, tell the sweep.</summary>
internal sealed partial class LayerShardGrain
{
    private async Task Tick()
    {
        if (_opened is { } state)
        {
            _replies.ForgetOld();
            TakeBackExpired(state);
            TakeBackFromDead(state);
            // At once, and not after calls that may take long: the next life is to count what was counted, and once.
            _ = state.KeepLeasesAsync();
            await WriteCondemned(state);
            await Tell(state);
            await state.KeepMemoryAsync();
            gauges.Show(this, state.Table, options.Value.Clock);
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
        if (!state.Table.IsAdopting)
        {
            // What was kept by a cluster of another id: nobody here will ever hear how its silos ended.
            state.Table.ReleaseRestored(lease => DeviceName.TryParseSilo(lease.Device, out var silo) && silos.GetSiloStatus(silo) == SiloStatus.None);
        }
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
        catch (Exception e)
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
        catch (Exception e)
        {
            _told = null;
            LogNotTold(Id, e);
        }
    }
}
