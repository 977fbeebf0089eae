using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Grains.Tests;

public sealed class ShardBoardTests
{
    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("a", 10, false), new("b", 20, false), new("c", 30, false)]);
    private static readonly ShardId[] Shards = [.. Plan.Shards().Select(shard => shard.Id)];

    private readonly FakeTimeProvider _clock = new();
    private readonly ShardBoard _board;

    public ShardBoardTests() => _board = new(Plan, _clock);

    [Fact]
    public void NobodyIsSentToAShardThatHasNotReported()
    {
        Assert.Null(Next());
        Assert.Equal(Shards, _board.Silent(TimeSpan.FromMinutes(1)));
        Assert.Equal(60, _board.Counts.Planned);
    }

    [Fact]
    public void DevicesAreSpreadOverTheShardsInTheOrderOfThePlan()
    {
        ReportAll(available: 10);
        Assert.Equal([Shards[0], Shards[1], Shards[2], Shards[0]], [Next(), Next(), Next(), Next()]);
    }

    [Fact]
    public void ARefusedShardIsOfferedAgainAfterAWhileOrWhenItHasMoreWork()
    {
        _board.Update(Summary(0, 1, available: 5));
        Assert.Null(_board.Next(new("device", [], Exhausted: Shards[0])));
        Assert.Null(Next());
        _board.Update(Summary(0, 2, available: 6));
        Assert.Equal(Shards[0], Next());
        Assert.Null(_board.Next(new("device", [], Exhausted: Shards[0])));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(Shards[0], Next());
    }

    [Fact]
    public void ADeviceGoesWhereTheMostWorkIsForEach()
    {
        _board.Update(Summary(0, 1, available: 4));
        _board.Update(Summary(1, 1, available: 17) with { Leases = 2 });
        _board.Update(Summary(2, 1, available: 20) with { Leases = 9 });
        Assert.Equal([Shards[1], Shards[0], Shards[1]], [Next(), Next(), Next()]);
    }

    [Fact]
    public void NoMoreDevicesAreSentToAShardThanItHasWorkFor()
    {
        _board.Update(Summary(0, 1, available: 10));
        _board.Update(Summary(1, 1, available: 5));
        var request = new NextShardRequest("device", [], Want: 5);
        Assert.Equal([Shards[0], Shards[1], Shards[0], null], Enumerable.Range(0, 4).Select(_ => _board.Next(request)));
        _board.Update(Summary(1, 2, available: 4));
        Assert.Equal(Shards[1], _board.Next(request));
        Assert.Null(_board.Next(request));
    }

    [Fact]
    public void WorkThatADeviceWasSentToAndDidNotTakeIsOfferedAgain()
    {
        _board.Update(Summary(0, 1, available: 5));
        var request = new NextShardRequest("device", [], Want: 5);
        Assert.Equal([Shards[0], null], [_board.Next(request), _board.Next(request)]);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(Shards[0], _board.Next(request));
    }

    [Fact]
    public void NobodyIsSentToWhatItCannotDraw()
    {
        ReportAll(available: 10);
        Assert.Null(_board.Next(new("device", [], Avoided: [new("fakenet", null)])));
        Assert.Equal(Shards[1], _board.Next(new("device", [], Avoided: [new("fakenet", "a"), new("fakenet", "c"), new("another", null)])));
    }

    [Fact]
    public void ALateReportIsNotBelieved()
    {
        _board.Update(Summary(0, 2, available: 0, rendered: 10));
        _board.Update(Summary(0, 1, available: 10));
        Assert.Equal(10, _board.Counts.Rendered);
        Assert.DoesNotContain(Shards[0], _board.Active);
        Assert.Null(Next());
    }

    [Fact]
    public void AReportOfALaterActivationIsBelievedWhateverItsNumber()
    {
        _board.Update(Summary(0, 9, available: 0, rendered: 10));
        _board.Update(Summary(0, 1, available: 4, rendered: 6) with { Epoch = 2 });
        Assert.Equal(6, _board.Counts.Rendered);
        Assert.Equal(Shards[0], Next());
    }

    [Fact]
    public void AnUnfinishedShardThatFallsSilentIsAskedAgain()
    {
        ReportAll(available: 10);
        _board.Update(Summary(1, 2, available: 0, rendered: 20));
        _clock.Advance(TimeSpan.FromSeconds(61));
        _board.Update(Summary(2, 2, available: 3));
        Assert.Equal([Shards[0]], _board.Silent(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void ALaterStageWaitsForTheWholeOfTheOneBefore()
    {
        var plan = PassPlanner.Plan(new("0123456789abcdef", Crops: 9, EffectiveFields: 9), "fakenet", new('a', 64), size: 64, shards: Shard.MaxTasks + 2, runs: 1, failureBudget: null);
        ShardId[] shards = [.. plan.Shards().Select(shard => shard.Id)];
        var board = new ShardBoard(plan, _clock);
        ShardSummary Summary(int shard, long number, int ended) => new()
        {
            Shard = shards[shard], Counts = new() { Planned = plan.Shards().ElementAt(shard).Count, Rendered = ended }, Available = plan.Shards().ElementAt(shard).Count - ended,
            Leases = 0, RowsWritten = 0, Admission = default!, Epoch = 1, Number = number,
        };

        board.Update(Summary(2, 1, ended: 0));
        Assert.Null(board.Next(new("device", [])));
        board.Update(Summary(0, 1, ended: Shard.MaxTasks));
        board.Update(Summary(1, 1, ended: 1));
        Assert.Equal((0, shards[1]), (board.Stage, board.Next(new("device", []))));
        board.Update(Summary(1, 2, ended: 2));
        Assert.Equal((1, shards[2]), (board.Stage, board.Next(new("device", []))));
    }

    [Fact]
    public void TheSweepIsAtItsEndWhenEveryShardIs()
    {
        _board.Update(Summary(0, 1, available: 0, rendered: 10));
        _board.Update(Summary(1, 1, available: 0, rendered: 20));
        Assert.False(_board.AllFinished);
        _board.Update(Summary(2, 1, available: 0, rendered: 30));
        Assert.True(_board.AllFinished);
        Assert.Equal(["a", "b", "c"], _board.Layers().Select(layer => layer.Layer));
        Assert.Equal(new TaskCounts { Planned = 60, Rendered = 60 }, _board.Counts);
    }

    [Fact]
    public void OnlyADeviceWithoutWorkIsSentToWorkThatOthersHoldAndOnlyIfNothingElseIsLeft()
    {
        _board.Update(Summary(0, 1, available: 0) with { Hedges = 30 });
        _board.Update(Summary(1, 1, available: 1));
        Assert.Equal(Shards[1], Next());
        Assert.Equal(Shards[0], Next());
        Assert.Null(_board.Next(new("device", [], IsBusy: true)));
    }

    [Fact]
    public void ABusyDevicesRefusalHidesNoHedgesAndAnothersDoes()
    {
        _board.Update(Summary(0, 1, available: 0) with { Hedges = 30 });
        Assert.Null(_board.Next(new("device", [], Exhausted: Shards[0], IsBusy: true)));
        Assert.Equal(Shards[0], Next());
        Assert.Null(_board.Next(new("device", [], Exhausted: Shards[0])));
        _board.Update(Summary(0, 2, available: 0) with { Hedges = 31 });
        Assert.Equal(Shards[0], Next());
    }

    private ShardId? Next() => _board.Next(new("device", []));

    private void ReportAll(int available)
    {
        for (var i = 0; i < Shards.Length; i++)
        {
            _board.Update(Summary(i, 1, available));
        }
    }

    private static ShardSummary Summary(int shard, long number, int available, int rendered = 0) => new()
    {
        Shard = Shards[shard],
        Counts = new() { Planned = 10 * (shard + 1), Rendered = rendered },
        Available = available,
        Leases = 0,
        RowsWritten = 0,
        Admission = new(SweepState.Running, DateTimeOffset.UnixEpoch),
        Epoch = 1,
        Number = number,
    };
}
