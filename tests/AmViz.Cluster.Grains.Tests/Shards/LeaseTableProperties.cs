using AmViz.Cluster.Abstractions;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>Whatever devices do, in whatever order, and whatever is left of a shard that is lost: no task is lost, none is done twice, none is undone.</summary>
public sealed class LeaseTableProperties
{
    private const int Devices = 4;

    [Fact]
    public void EveryTaskIsDoneOnceWhateverDevicesDo()
        => Gen.Select(Gen.Int[1, 150], Gen.Int[0, 1_000_000].Array[0, 120])
            .Sample((tasks, moves) => new Story(tasks).Play(moves), iter: 2000);

    /// <summary>A shard with devices that work, fail, die and come back.</summary>
    private sealed class Story
    {
        private readonly FakeTimeProvider _clock = new();
        private readonly int[] _finished;
        private readonly List<LiveLease> _everGiven = [];

        // The first is empty: nothing was persisted.
        private readonly List<LeaseTableSnapshot> _snapshots = [new()];
        private TestShard _shard;

        public Story(int tasks)
        {
            _finished = new int[tasks];
            _shard = new(tasks, new() { Clock = _clock }, epoch: 1);
        }

        public bool Play(int[] moves)
        {
            foreach (var move in moves)
            {
                var ended = _shard.Ended;
                Make(move % 11, move / 11);
                Assert.True(ended.IsSubsetOf(_shard.Ended), "A task that had ended is open again.");
                AssertHolders();
            }

            // Everybody who is still out dies; one patient device does the rest.
            for (var claims = 0; _shard.Progress.EndedCount < _finished.Length; claims++)
            {
                Assert.True(claims < 20 * _finished.Length + 100, $"After {claims} claims {_shard.Progress.EndedCount} of {_finished.Length} tasks are done: some are lost.");
                _clock.Advance(TimeSpan.FromHours(1));
                _shard.Table.Expire();
                if (_shard.Table.Claim("patient", 7, 3, TimeSpan.Zero) is { } lease)
                {
                    FinishAll(lease.Tasks);
                    _shard.Table.Report(new() { Token = lease.Token });
                }

                WriteQuarantined();
            }

            Assert.All(_finished, count => Assert.Equal(1, count));
            return true;
        }

        private void Make(int kind, int number)
        {
            var lease = _everGiven.Count > 0 ? _everGiven[number % _everGiven.Count] : null;
            switch (kind)
            {
                case 0 or 1:
                    var given = _shard.Table.Claim($"device {number % Devices}", 1 + (number % 20), 1 + (number % 5), TimeSpan.FromSeconds(number % 30), isBusy: number % 3 == 0);
                    if (given is not null)
                    {
                        Assert.All(given.Tasks, task => Assert.False(_shard.Progress.HasEnded(task)));
                        _everGiven.Add(given);
                    }

                    break;
                case 2 when lease is not null:
                    FinishAll(lease.Tasks);
                    _shard.Table.Report(new() { Token = lease.Token });
                    break;
                case 3 when lease is not null:
                    var half = lease.Tasks.Count / 2;
                    FinishAll(lease.Tasks.Take(half));
                    _shard.Table.Report(new() { Token = lease.Token, Failures = [.. lease.Tasks.Skip(half).Take(1).Select(task => new TaskFailure(task, "failed"))] });
                    break;
                case 4 when lease is not null:
                    _shard.Table.Report(new() { Token = lease.Token, Crashes = [new([.. lease.Tasks], "crashed")] });
                    break;
                case 5 when lease is not null:
                    _shard.Table.Renew(lease.Device, new(lease.Token, lease.Tasks, [.. lease.Tasks.Take(number % 3)], (LeaseStage)(number % 3), TimeSpan.FromSeconds(number % 50)));
                    _shard.Table.Recall(lease.Token);
                    break;
                case 6:
                    _clock.Advance(TimeSpan.FromSeconds(number % 100));
                    _shard.Table.Expire();
                    break;
                case 7 when lease is not null:
                    _shard.Table.Release(lease.Token);
                    break;
                case 8:
                    _snapshots.Add(_shard.Table.Snapshot);
                    break;
                case 9:
                    ActivateAgain(_snapshots[^(1 + (number % Math.Min(_snapshots.Count, 3)))]);
                    break;
                case 10:
                    _shard.Table.ReleaseRestored(restored => restored.Device == $"device {number % Devices}");
                    break;
                default:
                    WriteQuarantined();
                    break;
            }
        }

        /// <summary>The shard is lost; the next activation finds in the store what has ended, and in the cache the last snapshot, or an earlier one, or none.</summary>
        private void ActivateAgain(LeaseTableSnapshot snapshot)
        {
            Assert.True(snapshot.IsOf(_finished.Length, default));
            var ended = _shard.Ended;
            _shard = _shard.Next(snapshot, ended);
            Assert.All(_shard.Table.Leases, lease => Assert.All(lease.Tasks, task => Assert.False(_shard.Progress.HasEnded(task))));
        }

        private void FinishAll(IEnumerable<int> tasks)
        {
            foreach (var task in tasks)
            {
                _finished[task] += _shard.Finish(task) ? 1 : 0;
            }
        }

        private void WriteQuarantined() => FinishAll([.. _shard.Faults.Quarantined.Keys]);

        private void AssertHolders()
        {
            var open = _shard.Table.Leases.SelectMany(lease => lease.Tasks.Where(task => !_shard.Progress.HasEnded(task)).Select(task => (Task: task, Lease: lease)));
            Assert.All(open.GroupBy(item => item.Task), holders =>
            {
                Assert.InRange(holders.Count(), 1, new LeaseOptions().MostHolders);
                Assert.True(holders.Count() == 1 || holders.Any(item => item.Lease.IsSecondCopy), $"Task {holders.Key} has {holders.Count()} holders, none of them a hedge.");
                Assert.Distinct(holders.Select(item => item.Lease.Device));
            });
        }
    }
}
