using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>What a shard does by itself: notice lost leases, write what was given up, tell the sweep.</summary>
internal sealed partial class LayerShardGrain
{
    private async Task Tick()
    {
        if (_opened is { } state)
        {
            TakeBackLost(state);
            await WriteCondemned(state);
            await Tell(state);
        }
    }

    /// <summary>Takes back what silent or dead devices hold.</summary>
    private void TakeBackLost(ShardState state)
    {
        var expired = state.Table.Expire();
        var silos = membership.CurrentSnapshot;
        var dead = state.Table.Lose(lease => DeviceName.TryParseSilo(lease.Device, out var silo) && silos.GetSiloStatus(silo) == SiloStatus.Dead);
        if (expired + dead > 0)
        {
            LogLost(Id, expired, dead);
            instruments.OnLost(expired + dead);
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
            await Sweep.ShardChanged(summary);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _told = null;
            LogNotTold(Id, e);
        }
    }
}
