using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>What a shard does by itself: end lost leases, write the rows of quarantined tasks, notify the sweep.</summary>
internal sealed partial class LayerShardGrain
{
    private async Task Tick()
    {
        if (_opened is { } state)
        {
            _replies.RemoveOld();
            EndExpired(state);
            EndThoseOfDeadSilos(state);
            // At once, and not after calls that may take long: the next activation is to count what was counted, and once.
            _ = state.SaveLeasesAsync();
            await WriteAttempts(state);
            await WriteQuarantined(state);
            await NotifySweep(state);
            await state.SaveProgressAsync();
            ShowLeases(state.Table);
        }
    }

    /// <summary>Ends the leases of silent devices.</summary>
    private void EndExpired(ShardState state) => RecordLost(state.Table.Expire(), "silent devices");

    /// <summary>Ends the leases of devices of dead silos, long before they expire.</summary>
    private void EndThoseOfDeadSilos(ShardState state)
    {
        var silos = membership.CurrentSnapshot;
        RecordLost(
            state.Table.Lose(lease => DeviceName.TryParseSilo(lease.Device, out var silo) && silos.GetSiloStatus(silo) == SiloStatus.Dead),
            "devices of dead silos");
        if (!state.Table.IsAdopting)
        {
            // Leases of a cluster of another id: nobody here will ever hear how its silos ended.
            state.Table.ReleaseRestored(lease => DeviceName.TryParseSilo(lease.Device, out var silo) && silos.GetSiloStatus(silo) == SiloStatus.None);
        }
    }

    private void RecordLost(int leases, string holders)
    {
        if (leases > 0)
        {
            LogLost(Id, leases, holders);
            instruments.OnLost(leases);
        }
    }

    private async Task WriteAttempts(ShardState state)
    {
        try
        {
            await state.WriteAttemptsAsync();
        }
        catch (Exception e)
        {
            // They wait, and the next tick tries again.
            LogAttemptsNotWritten(Id, e);
        }
    }

    private async Task WriteQuarantined(ShardState state)
    {
        try
        {
            var count = await state.WriteQuarantinedAsync();
            if (count > 0)
            {
                LogQuarantined(Id, count, state.LastError);
            }
        }
        catch (Exception e)
        {
            // They stay quarantined, and the next tick tries again.
            state.LastError = e.Message;
            LogNotWritten(Id, e);
        }
    }

    private async Task NotifySweep(ShardState state)
    {
        var summary = state.Summarize();
        if (_reported is not null && summary == _reported with { Number = summary.Number })
        {
            return;
        }

        try
        {
            _reported = summary;
            var admission = await Sweep.ShardChanged(summary);
            if (admission != state.Admission)
            {
                await Open(admission);
            }
        }
        catch (Exception e)
        {
            _reported = null;
            LogSweepNotNotified(Id, e);
        }
    }

    private void ShowLeases(LeaseTable table)
        => gauges.ShowLeases(this, table.Leases.Count, table.Leases.Select(lease => lease.GrantedAt).DefaultIfEmpty().Min(), options.Value.Clock);
}
