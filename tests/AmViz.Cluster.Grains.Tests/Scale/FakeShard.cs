using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>A shard as its grain keeps it, with its part of the store.</summary>
internal sealed class FakeShard(Shard shard, LeaseOptions options, FakeCluster cluster)
{
    private readonly TestShard _state = new(shard.Count, options);
    private long _reports;

    /// <summary>Pictures in the store.</summary>
    public HashSet<int> Pictures { get; } = [];

    /// <summary>How often each task ended.</summary>
    public int[] Ended { get; } = new int[shard.Count];

    /// <summary>Leases called back.</summary>
    public int Recalled => _state.Table.RecalledCount;

    /// <summary>Whether all have ended.</summary>
    public bool IsFinished => _state.Progress.EndedCount == shard.Count;

    /// <summary>What the grain does twice a second.</summary>
    public ShardSummary Tick()
    {
        _state.Table.Expire();
        return new()
        {
            Shard = shard.Id,
            Counts = _state.Progress.Counts,
            Available = _state.Table.Available,
            Hedges = _state.Table.Hedges,
            Leases = _state.Table.Leases.Count,
            RowsWritten = 0,
            Admission = new(SweepState.Running, default),
            Number = ++_reports,
        };
    }

    /// <summary>A device reports leases that are drawn and claims new ones, at most so many.</summary>
    public List<LiveLease> Exchange(string device, IEnumerable<LiveLease> drawn, int most, bool isBusy)
    {
        cluster.Exchanges++;
        foreach (var lease in drawn)
        {
            End(lease.Tasks.Where(Pictures.Contains));
            _state.Table.Report(new() { Token = lease.Token });
        }

        LookAtStore();
        if (_state.Table.FreeCount == 0)
        {
            _state.Table.Expire();
            if (!isBusy)
            {
                _state.Table.LookForUnreported();
            }

            LookAtStore();
        }

        var (batch, time) = (cluster.Weather.Batch, cluster.Weather.BatchTime);
        var granted = new List<LiveLease>();
        while (granted.Count < most && (granted.Count == 0 || _state.Table.FreeCount >= batch)
            && _state.Table.Claim(device, batch, batch, time, isBusy || granted.Count > 0) is { } lease)
        {
            granted.Add(lease);
            if (lease.Hedges is { } reason)
            {
                cluster.Hedges[reason] = cluster.Hedges.GetValueOrDefault(reason) + 1;
            }
        }

        return granted;
    }

    /// <inheritdoc cref="LeaseTable.Renew"/>
    public bool Renew(string device, LeaseRenewal renewal) => _state.Table.Renew(device, renewal) && !_state.Table.Recall(renewal.Token);

    private void LookAtStore()
    {
        if (_state.Table.MustListPictures)
        {
            _state.Table.MustListPictures = false;
            End(Pictures);
        }
    }

    private void End(IEnumerable<int> tasks)
    {
        foreach (var task in tasks.ToArray())
        {
            Ended[task] += _state.Finish(task) ? 1 : 0;
        }
    }
}
