using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>A device that holds two leases, draws one after the other, and meets its fate now and then.</summary>
/// <param name="cluster">Whom it calls.</param>
/// <param name="number">From 0; decides its fate.</param>
internal sealed class FakeDevice(FakeCluster cluster, int number)
{
    private const int LeasesHeld = 2;
    private const double StragglerFactor = 10;
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(0.05);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Random _random = new(number);
    private readonly List<Held> _held = [];
    private ShardId? _shard;
    private ShardId? _exhausted;
    private TimeSpan _pause = ShortestPause;
    private bool _isCutOff;
    private int _life;
    private int _pulls;

    private string Name => $"device{number}.{_life}";

    /// <summary>Begins a life.</summary>
    public void Start()
    {
        var life = ++_life;
        _isCutOff = false;
        _held.Clear();
        cluster.After(Renewal * _random.NextDouble(), () => Renew(life));
        Pull();
    }

    private void Pull()
    {
        if (_isCutOff)
        {
            return;
        }

        // A pause that was begun before is over.
        var pull = ++_pulls;
        foreach (var ended in _held.Where(held => held.IsOver).GroupBy(held => held.Shard).Where(group => group.Key != _shard).ToArray())
        {
            cluster[ended.Key].Exchange(Name, ended.Select(held => held.Lease), 0, isBusy: true);
            _held.RemoveAll(ended.Contains);
        }

        if (_held.Count(held => !held.IsOver) < LeasesHeld && !Lease())
        {
            var pause = _pause;
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            cluster.After(pause * (0.5 + _random.NextDouble()), () =>
            {
                if (pull == _pulls)
                {
                    Pull();
                }
            });
        }

        Draw();
    }

    /// <summary>Leases until it holds enough, from the shard it works for, or from another.</summary>
    private bool Lease()
    {
        while (true)
        {
            var isBusy = _held.Exists(held => !held.IsOver);
            var target = _shard ?? cluster.Next(new(Name, [], _exhausted, cluster.Weather.Batch, IsBusy: isBusy));
            _exhausted = null;
            if (target is not { } shard)
            {
                return false;
            }

            Held[] drawn = [.. _held.Where(held => held.IsOver && held.Shard == shard)];
            _held.RemoveAll(drawn.Contains);
            var leases = cluster[shard].Exchange(Name, drawn.Select(held => held.Lease), LeasesHeld - _held.Count, isBusy);
            _held.AddRange(leases.Select(lease => new Held(shard, lease)));
            _shard = leases.Count > 0 ? shard : null;
            _exhausted = leases.Count > 0 ? null : shard;
            if (leases.Count > 0)
            {
                _pause = ShortestPause;
                if (_held.Count == LeasesHeld)
                {
                    return true;
                }
            }
        }
    }

    private void Draw()
    {
        if (_held.Exists(held => held.IsBegun && !held.IsOver) || _held.Find(held => held is { IsBegun: false, IsOver: false }) is not { } next)
        {
            return;
        }

        next.IsBegun = true;
        next.BegunAt = cluster.Now;
        var weather = cluster.Weather;
        var (time, chance, life) = (weather.BatchTime * (0.9 + (0.2 * _random.NextDouble())), _random.NextDouble(), _life);
        if (chance < weather.Crash)
        {
            _isCutOff = true;
            _life++;
            cluster.After(weather.Restart, Start);
            return;
        }

        if (chance < weather.Crash + weather.Zombie)
        {
            _isCutOff = true;
            cluster.After(weather.CutOff, () =>
            {
                if (life == _life)
                {
                    _isCutOff = false;
                    Pull();
                }
            });
        }

        var isSlow = chance >= weather.Crash + weather.Zombie && chance < weather.Crash + weather.Zombie + weather.Straggle;
        cluster.After(isSlow ? time * StragglerFactor : time, () => End(next, life));
    }

    private void End(Held held, int life)
    {
        if (life == _life && _held.Contains(held) && !held.IsOver)
        {
            cluster.Drawn++;
            held.IsOver = true;
            cluster[held.Shard].Pictures.UnionWith(held.Lease.Tasks);
            Draw();
            Pull();
        }
    }

    private void Renew(int life)
    {
        if (life != _life)
        {
            return;
        }

        cluster.After(Renewal, () => Renew(life));
        if (!_isCutOff)
        {
            Held[] stopped = [.. _held.Where(held => !held.IsOver && !cluster[held.Shard].Renew(Name, new(
                held.Lease.Token, held.Lease.Tasks, held.IsBegun ? held.Lease.Tasks : [], held.IsBegun ? LeaseStage.Drawing : LeaseStage.Waiting, held.IsBegun ? cluster.Now - held.BegunAt : default)))];
            if (stopped.Length > 0)
            {
                Array.ForEach(stopped, held => held.IsOver = true);
                Pull();
            }
        }
    }

    private sealed class Held(ShardId shard, LiveLease lease)
    {
        public ShardId Shard => shard;

        public LiveLease Lease => lease;

        public bool IsBegun { get; set; }

        public TimeSpan BegunAt { get; set; }

        public bool IsOver { get; set; }
    }
}
