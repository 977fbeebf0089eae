using AmViz.Cluster.Abstractions;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>Whatever devices do, in whatever order, and whatever is left of a table that is lost: no task is lost, none is done twice, none is undone.</summary>
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

        // The first says nothing: the cache was empty.
        private readonly List<ShardLeases> _kept = [new()];
        private LeaseTable _table;

        public Story(int tasks)
        {
            _finished = new int[tasks];
            _table = new(tasks, epoch: 1, new() { Clock = _clock });
        }

        public bool Play(int[] moves)
        {
            foreach (var move in moves)
            {
                var done = Done();
                Make(move % 11, move / 11);
                Assert.True(done.IsSubsetOf(Done()), "A task that was done is not done any more.");
                AssertHolders();
            }

            // Everybody who is still out dies; one patient device does the rest.
            for (var claims = 0; _table.DoneCount < _finished.Length; claims++)
            {
                Assert.True(claims < 20 * _finished.Length + 100, $"After {claims} claims {_table.DoneCount} of {_finished.Length} tasks are done: some are lost.");
                _clock.Advance(TimeSpan.FromHours(1));
                _table.Expire();
                if (_table.Claim("patient", 7, 3, TimeSpan.Zero) is { } lease)
                {
                    FinishAll(lease.Tasks);
                    _table.Report(new() { Token = lease.Token });
                }

                WriteCondemned();
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
                    var given = _table.Claim($"device {number % Devices}", 1 + (number % 20), 1 + (number % 5), TimeSpan.FromSeconds(number % 30));
                    if (given is not null)
                    {
                        Assert.All(given.Tasks, task => Assert.False(_table.IsDone(task)));
                        _everGiven.Add(given);
                    }

                    break;
                case 2 when lease is not null:
                    FinishAll(lease.Tasks);
                    _table.Report(new() { Token = lease.Token });
                    break;
                case 3 when lease is not null:
                    var half = lease.Tasks.Count / 2;
                    FinishAll(lease.Tasks.Take(half));
                    _table.Report(new() { Token = lease.Token, Failures = [.. lease.Tasks.Skip(half).Take(1).Select(task => new TaskFailure(task, "failed"))] });
                    break;
                case 4 when lease is not null:
                    _table.Report(new() { Token = lease.Token, Crashes = [new([.. lease.Tasks], "crashed")] });
                    break;
                case 5 when lease is not null:
                    _table.Renew(lease.Device, new(lease.Token, lease.Tasks, [.. lease.Tasks.Take(number % 3)]));
                    break;
                case 6:
                    _clock.Advance(TimeSpan.FromSeconds(number % 100));
                    _table.Expire();
                    break;
                case 7 when lease is not null:
                    _table.Release(lease.Token);
                    break;
                case 8:
                    _kept.Add(new() { Leases = _table.KeptLeases, Troubles = _table.Troubles });
                    break;
                case 9:
                    BeginAnotherLife(_kept[^(1 + (number % Math.Min(_kept.Count, 3)))]);
                    break;
                case 10:
                    _table.ReleaseRestored(restored => restored.Device == $"device {number % Devices}");
                    break;
                default:
                    WriteCondemned();
                    break;
            }
        }

        /// <summary>The table is lost; the next one finds what is done in the store, and in the cache what was kept last, or earlier, or nothing.</summary>
        private void BeginAnotherLife(ShardLeases kept)
        {
            Assert.True(kept.IsOf(_finished.Length, default));
            var done = Done();
            _table = new(_finished.Length, _table.Epoch + 1, new() { Clock = _clock }) { Troubles = kept.Troubles };
            Assert.All(done, task => Assert.True(_table.Finish(task)));
            _table.Restore(kept.Leases);
            Assert.All(_table.Leases, lease => Assert.All(lease.Tasks, task => Assert.False(_table.IsDone(task))));
        }

        private HashSet<int> Done() => [.. Enumerable.Range(0, _finished.Length).Where(_table.IsDone)];

        private void FinishAll(IEnumerable<int> tasks)
        {
            foreach (var task in tasks)
            {
                _finished[task] += _table.Finish(task) ? 1 : 0;
            }
        }

        private void WriteCondemned() => FinishAll([.. _table.Condemned.Keys]);

        private void AssertHolders()
        {
            var open = _table.Leases.SelectMany(lease => lease.Tasks.Where(task => !_table.IsDone(task)).Select(task => (Task: task, Lease: lease)));
            Assert.All(open.GroupBy(item => item.Task), holders =>
                Assert.True(holders.Count() == 1 || (holders.Count() == 2 && holders.Any(item => item.Lease.IsSecondCopy)), $"Task {holders.Key} has {holders.Count()} holders."));
        }
    }
}
