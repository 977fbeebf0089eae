using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Grains.Tests;

public sealed class DeviceBoardTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(5);

    private readonly FakeTimeProvider _clock = new();
    private readonly DeviceBoard _board;

    public DeviceBoardTests() => _board = new(_clock, Silence, Spacing);

    [Fact]
    public void AHigherPriorityComesFirstForEveryDevice()
    {
        Enter('a', priority: 0);
        Enter('b', priority: 1);
        Enter('c', priority: 0);
        Assert.All(Enumerable.Range(0, 5), device => Assert.Equal(Sweep('b'), Assign(device, null)[0]));
    }

    [Fact]
    public void AheadAreSweepsOfHigherPriorityThatWantTheSameDevices()
    {
        _board.Enter(new(Sweep('a'), new(0, 1)) { Pool = "big", Open = 7 });
        _board.Enter(new(Sweep('b'), new(1, 1)) { Pool = "small", Open = 7 });
        _board.Enter(new(Sweep('c'), new(1, 1)) { Open = 5 });
        _board.Enter(new(Sweep('d'), new(3, 1)) { Pool = "big", Open = 6 });
        _board.Enter(new(Sweep('e'), new(9, 1)) { State = SweepState.Paused });
        _board.Enter(new(Sweep('f'), new(0, 4)) { Open = 1 });
        var queue = _board.Queue(Sweep('a'))!;
        Assert.Equal((3, 11), (queue.Position, queue.OpenAhead));
        Assert.Equal([Sweep('d'), Sweep('c')], queue.Ahead.Select(sweep => sweep.Id));
        Assert.Equal([new(Sweep('f'), 0, 4, 1)], queue.Beside);
        Assert.Null(_board.Queue(Sweep('e')));
        Assert.Null(_board.Queue(Sweep('0')));
    }

    [Fact]
    public void AReservationHoldsUntilItsSweepHasEnteredOrHalfAMinute()
    {
        Assert.True(_board.Reserve(new("key:x", Sweep('a'), 6, 10)).IsGranted);
        Assert.Equal(new(false, 6), _board.Reserve(new("key:x", Sweep('b'), 6, 10)));
        Assert.True(_board.Reserve(new("key:y", Sweep('b'), 6, 10)).IsGranted);
        // Asked again it is the same sweep.
        Assert.True(_board.Reserve(new("key:x", Sweep('a'), 6, 10)).IsGranted);
        _board.Enter(new(Sweep('a'), SweepRank.Default) { Owner = "key:x", Left = 3 });
        Assert.Equal(new(true, 3), _board.Reserve(new("key:x", Sweep('c'), 6, 10)));
        Assert.False(_board.Reserve(new("key:x", Sweep('d'), 6, 10)).IsGranted);
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.True(_board.Reserve(new("key:x", Sweep('d'), 6, 10)).IsGranted);
        _board.Remove(Sweep('a'));
        Assert.Equal(new(true, 6), _board.Reserve(new("key:x", Sweep('e'), 4, 10)));
    }

    [Fact]
    public void EqualSweepsShareTheDevices()
    {
        Enter('a');
        Enter('b');
        var places = Settle(new SweepId?[6]);
        Assert.Equal((3, 3), (places.Count(place => place == Sweep('a')), places.Count(place => place == Sweep('b'))));
    }

    [Fact]
    public void DevicesAreSharedByShares()
    {
        Enter('a', share: 3);
        Enter('b');
        var places = Settle(new SweepId?[8]);
        Assert.Equal((6, 2), (places.Count(place => place == Sweep('a')), places.Count(place => place == Sweep('b'))));
    }

    [Fact]
    public void ASecondSweepGetsHalfOfTheDevicesOfTheFirst()
    {
        Enter('a');
        var places = Settle(new SweepId?[4]);
        Assert.All(places, place => Assert.Equal(Sweep('a'), place));
        Enter('b');
        places = Settle(places);
        Assert.Equal(2, places.Count(place => place == Sweep('b')));
    }

    [Fact]
    public void NobodyMovesToAndFroOnceTheDevicesAreShared() => Gen.Select(Gen.Int[1, 12], Gen.Int[1, 5].List[1, 5]).Sample((devices, shares) =>
    {
        var board = new DeviceBoard(_clock, Silence, Spacing);
        for (var s = 0; s < shares.Count; s++)
        {
            board.Enter(new(Sweep((char)('a' + s)), new(0, shares[s])));
        }

        var places = Settle(new SweepId?[devices], board);
        Assert.Equal(places, Settle([.. places], board));
        // Nobody would be better off elsewhere: the definition of fair.
        var counts = shares.Select((share, s) => places.Count(place => place == Sweep((char)('a' + s)))).ToArray();
        for (var from = 0; from < shares.Count; from++)
        {
            for (var to = 0; to < shares.Count; to++)
            {
                Assert.True(counts[from] == 0 || (double)counts[from] / shares[from] <= ((counts[to] + 1.0) / shares[to]) + 1e-9);
            }
        }
    }, iter: 200);

    [Fact]
    public void ADeviceThatFellSilentIsForgotten()
    {
        Enter('a');
        Assign(0, null);
        Assign(1, null);
        _clock.Advance(Silence * 0.75);
        Assign(1, null);
        _clock.Advance(Silence * 0.5);
        Assert.Equal(["device1"], _board.Devices.Select(device => device.Device));
    }

    [Fact]
    public void ASweepThatEntersAgainKeepsItsPlaceAndTakesItsNewRank()
    {
        Enter('a');
        Enter('b');
        Enter('a', priority: 0, share: 2);
        Assert.Equal([Sweep('a'), Sweep('b')], _board.Ranked.Select(sweep => sweep.Id));
        Assert.Equal(2, _board.Ranked[0].Rank.Share);
        _board.Remove(Sweep('a'));
        Assert.Equal([Sweep('b')], _board.Ranked.Select(sweep => sweep.Id));
    }

    [Fact]
    public void ASweepOfAPoolIsForDevicesOfThatPoolAndOneOfNoneForAll()
    {
        _board.Enter(new(Sweep('a'), new(1, 1)) { Pool = "big" });
        _board.Enter(new(Sweep('b'), SweepRank.Default));
        _board.Enter(new(Sweep('c'), SweepRank.Default) { Pool = "small" });
        Assert.Equal([Sweep('a'), Sweep('b')], AssignOf("big"));
        Assert.Equal([Sweep('b'), Sweep('c')], AssignOf("small").OrderBy(sweep => sweep.Value, StringComparer.Ordinal));
        Assert.Equal([Sweep('b')], AssignOf(DevicePool.Default));
        _board.Enter(new(Sweep('b'), SweepRank.Default) { Pool = "big" });
        Assert.Empty(AssignOf(DevicePool.Default));
    }

    [Fact]
    public void APausedSweepIsCountedAndNobodyIsSentToIt()
    {
        Enter('a');
        _board.Enter(new(Sweep('b'), new(1, 1)) { State = SweepState.Paused, Open = 7 });
        Assert.Equal([Sweep('a')], Assign(0, null));
        Assert.Equal([Sweep('a')], _board.Ranked.Select(sweep => sweep.Id));
        Assert.Equal(new Dictionary<SweepState, int> { [SweepState.Running] = 1, [SweepState.Paused] = 1 }, _board.Count().Sweeps);
    }

    [Fact]
    public void TheBacklogIsWhatRunningSweepsHaveOpenByPool()
    {
        Assert.Equal(new Dictionary<string, long> { ["any"] = 0 }, _board.Count().Backlog);
        _board.Enter(new(Sweep('a'), SweepRank.Default) { Open = 5 });
        _board.Enter(new(Sweep('b'), SweepRank.Default) { Open = 6, Pool = "big" });
        _board.Enter(new(Sweep('c'), SweepRank.Default) { Open = 7, Pool = "big" });
        _board.Enter(new(Sweep('d'), SweepRank.Default) { Open = 8, Pool = "big", State = SweepState.Paused });
        Assert.Equal(new Dictionary<string, long> { ["any"] = 5, ["big"] = 13 }, _board.Count().Backlog);
        _board.Remove(Sweep('c'));
        _board.Enter(new(Sweep('a'), SweepRank.Default) { Open = 1 });
        Assert.Equal(new Dictionary<string, long> { ["any"] = 1, ["big"] = 6 }, _board.Count().Backlog);
    }

    [Fact]
    public void DevicesAreCountedByWhatTheyAreAtUntilTheyAreForgotten()
    {
        Assign(0, null);
        Assign(1, null);
        _board.Assign(new() { Device = "device2", Activity = DeviceActivity.Drawing }, null);
        Assert.Equal(new Dictionary<DeviceActivity, int> { [DeviceActivity.Idle] = 2, [DeviceActivity.Drawing] = 1 }, _board.Count().Devices);
        _clock.Advance(Silence * 1.5);
        Assert.Empty(_board.Count().Devices);
    }

    [Fact]
    public void EveryDeviceOfALargerFleetReportsLessOftenAndIsForgottenLater()
    {
        DeviceAssignment last = new([], default);
        for (var device = 0; device < 2000; device++)
        {
            last = _board.Assign(new() { Device = $"device{device}", Activity = DeviceActivity.Idle }, null);
        }

        Assert.Equal(Spacing * 2000, last.AskAgainAfter);
        _clock.Advance(last.AskAgainAfter * 2.9);
        Assert.Equal(2000, _board.Devices.Count);
        _clock.Advance(last.AskAgainAfter * 1.2);
        Assert.Empty(_board.Devices);
    }

    private IReadOnlyList<SweepId> AssignOf(string pool) => _board.Assign(new() { Device = $"of {pool}", Activity = DeviceActivity.Idle, Pool = pool }, null).Sweeps;

    private static SweepId Sweep(char letter) => new(new string(letter, SweepId.Length));

    private void Enter(char letter, int priority = 0, int share = 1) => _board.Enter(new(Sweep(letter), new(priority, share)));

    private IReadOnlyList<SweepId> Assign(int device, SweepId? worksFor) => Assign(_board, device, worksFor);

    private static IReadOnlyList<SweepId> Assign(DeviceBoard board, int device, SweepId? worksFor)
        => board.Assign(new() { Device = $"device{device}", Activity = DeviceActivity.Idle }, worksFor).Sweeps;

    private SweepId?[] Settle(SweepId?[] places) => Settle(places, _board);

    /// <summary>Every device asks three times in turn, and goes where it is sent.</summary>
    private static SweepId?[] Settle(SweepId?[] places, DeviceBoard board)
    {
        for (var round = 0; round < 3; round++)
        {
            for (var device = 0; device < places.Length; device++)
            {
                places[device] = Assign(board, device, places[device])[0];
            }
        }

        return places;
    }
}
