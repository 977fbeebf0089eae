using System.Net;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Api.Tests.Access;

public sealed class AuditTrailTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero));
    private readonly MemoryBlobStore _store = new();
    private readonly AuditTrail _trail;
    private readonly AuditHistory _history;

    public AuditTrailTests()
    {
        _trail = new(_store, _time, NullLogger<AuditTrail>.Instance);
        _history = new(_store, _time);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LinesOfASecondComeIntoOneBatchOfTheirDay()
    {
        await _trail.StartAsync(Token);
        for (var number = 0; number < 20; number++)
        {
            _trail.Add(Entry(number), "key:0123456789ab", IPAddress.Loopback);
        }

        await UntilAsync(() => _store.Writes > 0);
        Assert.Equal(1, _store.Writes);
        Assert.StartsWith("audit/20261129/", (await _store.ListAsync("", Token).SingleAsync(Token)).Path.Value, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 20), (await ReadAsync(null, 100)).Lines.Select(line => line.Request.Status));
    }

    [Fact]
    public async Task WhatWaitsWhenTheHostLeavesIsWritten()
    {
        await _trail.StartAsync(Token);
        for (var number = 0; number < 2500; number++)
        {
            _trail.Add(Entry(number), "key:0123456789ab", IPAddress.Loopback);
        }

        // The clock stands still: nothing but the end makes it write.
        await _trail.StopAsync(Token);
        Assert.Equal(3, _store.Writes);
        Assert.Equal(Enumerable.Range(0, 2500), (await ReadAsync(null, 5000)).Lines.Select(line => line.Request.Status).Order());
    }

    [Fact]
    public async Task AStoreOutOfReachHoldsNobodyUpAndWhatIsTooMuchIsCounted()
    {
        _store.Outage = new(_store.Name, "The store is away on purpose.");
        for (var number = 0; number < AuditTrail.MostWaiting + 5; number++)
        {
            _trail.Add(Entry(number), "key:0123456789ab", IPAddress.Loopback);
        }

        _store.Outage = null;
        await _trail.StartAsync(Token);
        await UntilAsync(() => _store.Writes == AuditTrail.MostWaiting / AuditTrail.LargestBatch);
        _trail.Add(Entry(7), "key:0123456789ab", IPAddress.Loopback);
        await _trail.StopAsync(Token);
        var lines = (await ReadAsync(null, int.MaxValue - 1)).Lines;
        Assert.Equal(AuditTrail.MostWaiting + 1, lines.Count);
        Assert.Equal(5, lines.Single(line => line.Request.Lost is not null).Request.Lost);
    }

    [Fact]
    public async Task ABatchThatCouldNotBeWrittenIsWrittenOnce()
    {
        await _trail.StartAsync(Token);
        _store.Outage = new(_store.Name, "The store is away on purpose.");
        _trail.Add(Entry(1), "key:0123456789ab", IPAddress.Loopback);
        await AdvanceAsync(5);
        _store.Outage = null;
        await UntilAsync(() => _store.Writes > 0);
        await _trail.StopAsync(Token);
        Assert.Single((await ReadAsync(null, 10)).Lines);
    }

    [Fact]
    public async Task ABatchIsNamedByTheTryThatWroteIt()
    {
        await _trail.StartAsync(Token);
        _store.Outage = new(_store.Name, "The store is away on purpose.");
        _trail.Add(Entry(1), "key:0123456789ab", IPAddress.Loopback);
        await AdvanceAsync(30);
        var end = AuditPosition.Begin(_time.GetUtcNow());
        _store.Outage = null;
        await UntilAsync(() => _store.Writes > 0);
        await _trail.StopAsync(Token);
        Assert.True(AuditPosition.TryParse(Assert.Single((await ReadAsync(null, 10)).Lines).Position, out var position));
        Assert.True(position.IsAfter(end), $"{position} stands before {end}.");
    }

    [Fact]
    public async Task WhoReadsOnMissesNoBatchThatAppearsLateUnderAnEarlierName()
    {
        var (early, late) = (_time.GetUtcNow(), _time.GetUtcNow().AddSeconds(0.1));
        _time.Advance(TimeSpan.FromSeconds(1));
        await WriteAsync(late, 2);
        // Of another coordinator, whose store was slower.
        Assert.Empty((await _history.ReadAsync(null, 10, Token)).Lines);
        _time.Advance(AuditTrail.LongestWrite - TimeSpan.FromSeconds(1));
        await WriteAsync(early, 1);
        var seen = new List<int>();
        AuditPosition? after = null;
        for (var second = 0; second < 10; second++)
        {
            foreach (var line in (await _history.ReadAsync(after, 10, Token)).Lines)
            {
                seen.Add(line.Request.Status);
                Assert.True(AuditPosition.TryParse(line.Position, out var position));
                after = position;
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([1, 2], seen);

        Task WriteAsync(DateTimeOffset named, int number) => _store.CreateAsync(
            AuditPosition.Begin(named).PathWith("0123abcd"), System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(Entry(number), SweepJson.Compact), Token);
    }

    [Fact]
    public async Task PagesMissNothingAndRepeatNothing()
    {
        await _trail.StartAsync(Token);
        for (var number = 0; number < 25; number++)
        {
            _trail.Add(Entry(number), "key:0123456789ab", IPAddress.Loopback);
            if (number % 10 == 9)
            {
                var written = _store.Writes;
                await UntilAsync(() => _store.Writes > written);
                _time.Advance(TimeSpan.FromHours(10));
            }
        }

        await _trail.StopAsync(Token);
        var (seen, after) = (new List<int>(), (AuditPosition?)null);
        while (true)
        {
            var page = await ReadAsync(after, 4);
            seen.AddRange(page.Lines.Select(line => line.Request.Status));
            if (page.Next is null)
            {
                break;
            }

            Assert.True(AuditPosition.TryParse(page.Next, out var next));
            after = next;
        }

        Assert.Equal(Enumerable.Range(0, 25), seen);
    }

    [Fact]
    public async Task ADamagedBatchIsNamed()
    {
        await _store.CreateAsync(ResultLayout.AuditBatch("20261129", "1200000000000-0123abcd"), "{\n"u8.ToArray(), Token);
        var error = await Assert.ThrowsAsync<CorruptBlobException>(() => ReadAsync(null, 10));
        Assert.Contains("audit/20261129/1200000000000-0123abcd.jsonl", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _trail.Dispose();

    private AuditEntry Entry(int number) => new(_time.GetUtcNow(), CallerKind.Key, "0123456789ab", "alice", "PUT", "/api/v1/sweeps/x", number, "127.0.0.1");

    /// <summary>Reads what has settled meanwhile.</summary>
    private Task<AuditPage> ReadAsync(AuditPosition? after, int limit)
    {
        _time.Advance(AuditHistory.Settling + TimeSpan.FromSeconds(1));
        return _history.ReadAsync(after, limit, Token);
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "Nothing was written.");
            await AdvanceAsync(1);
        }
    }

    private async Task AdvanceAsync(int times)
    {
        for (var time = 0; time < times; time++)
        {
            _time.Advance(AuditTrail.Gathering);
            await Task.Delay(5, Token);
        }
    }
}
