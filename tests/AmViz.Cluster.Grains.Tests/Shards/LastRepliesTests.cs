using AmViz.Cluster.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Grains.Tests;

public sealed class LastRepliesTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly LastReplies _replies;

    public LastRepliesTests() => _replies = new(_clock, TimeSpan.FromMinutes(10));

    [Fact]
    public void ARepetitionGetsTheReplyOfTheFirstAndANewNumberDoesNot()
    {
        var reply = Reply();
        _replies.Add(Request("a", 1), reply);
        Assert.True(Finds("a", 1, reply));
        Assert.False(Finds("a", 2));
        Assert.False(Finds("b", 1));
    }

    [Fact]
    public void AShardThatOpensKeepsTheReplyThatIsStillAwaited()
    {
        var awaited = new TaskCompletionSource<ExchangeReply>().Task;
        _replies.Add(Request("a", 1), awaited);
        _replies.Add(Request("b", 1), Reply());
        _replies.RemoveAnswered();
        Assert.True(Finds("a", 1, awaited));
        Assert.False(Finds("b", 1));
    }

    [Fact]
    public void AnAttemptThatFailedIsTriedAgain()
    {
        _replies.Add(Request("a", 1), Task.FromException<ExchangeReply>(new IOException()));
        Assert.False(Finds("a", 1));
    }

    [Fact]
    public void DevicesThatComeAndGoForEverLeaveNothingBehind()
    {
        for (var device = 0; device < 10_000; device++)
        {
            _replies.Add(Request($"device {device}", 1), Reply());
            _clock.Advance(TimeSpan.FromSeconds(10));
            _replies.RemoveOld();
        }

        Assert.InRange(_replies.Count, 60, 61);
        Assert.True(Finds("device 9990", 1));
    }

    [Fact]
    public void AReplyThatIsStillWaitedForIsNotForgotten()
    {
        var slow = new TaskCompletionSource<ExchangeReply>();
        _replies.Add(Request("a", 1), slow.Task);
        _clock.Advance(TimeSpan.FromHours(1));
        _replies.RemoveOld();
        Assert.True(Finds("a", 1, slow.Task));
    }

    private bool Finds(string device, long number, Task<ExchangeReply>? expected = null)
        => _replies.TryFind(Request(device, number), out var reply) && (expected is null || expected == reply);

    private static Task<ExchangeReply> Reply() => Task.FromResult(new ExchangeReply(ExchangeVerdict.NothingNow));

    private static ExchangeRequest Request(string device, long number) => new() { Device = device, Number = number, Want = 1, BatchSize = 1 };
}
