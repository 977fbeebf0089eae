using System.Net;
using AmViz.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Api.Tests.Access;

/// <summary>Refusals cost whoever causes them nothing, and must not push out of the audit what it is for.</summary>
public sealed class AuditFloodTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero));
    private readonly MemoryBlobStore _store = new();
    private readonly AuditTrail _trail;

    public AuditFloodTests() => _trail = new(_store, _time, NullLogger<AuditTrail>.Instance);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, 401)]
    [InlineData(null, 429)]
    [InlineData("key:0123456789ab", 429)]
    public async Task ManyRefusalsOfOneAddressOrCallerAreTwoLines(string? owner, int status)
    {
        for (var number = 0; number < 20_000; number++)
        {
            Assert.Equal(number == 0, Refuse(owner, status, "192.0.2.1"));
        }

        var lines = await KeptAsync();
        Assert.Equal([null, 19_999], lines.Select(line => line.Requests));
        Assert.All(lines, line => Assert.Equal((status, "192.0.2.1"), (line.Status, line.Address)));
        Assert.All(lines, line => Assert.Null(line.Lost));
    }

    [Fact]
    public async Task AMinuteLaterTheFirstOnesAreToldOfAgain()
    {
        await _trail.StartAsync(Token);
        Assert.True(Refuse(owner: null, 429, "192.0.2.1"));
        Assert.False(Refuse(owner: null, 429, "192.0.2.1"));
        _time.Advance(AuditTally.Period);
        Assert.True(Refuse(owner: null, 429, "192.0.2.1"));
        // Of batches that are written at one moment, as here, none is the first: by what the lines tell themselves.
        var lines = (await KeptAsync()).OrderBy(line => line.At).ThenBy(line => line.Requests ?? 0).ToList();
        Assert.Equal([null, 1, null], lines.Select(line => line.Requests));
        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero, AuditTally.Period], lines.Select(line => line.At - lines[0].At));
    }

    [Fact]
    public async Task AddressesWithoutNumberAreAFewLines()
    {
        for (var number = 0; number < 5000; number++)
        {
            Refuse(owner: null, 401, $"10.0.{number / 250}.{number % 250}");
        }

        var lines = await KeptAsync();
        Assert.Equal(AuditTally.MostStrangers + 2, lines.Count);
        var others = Assert.Single(lines, line => line.Requests is not null);
        Assert.Equal((5000 - AuditTally.MostStrangers - 1, null), (others.Requests, others.Address));
    }

    [Fact]
    public async Task WhileTheStoreIsAwayStrangersLeaveRoomForWhoWasLetIn()
    {
        for (var minute = 0; minute < 2 * AuditTrail.MostWaiting / AuditTally.MostStrangers; minute++)
        {
            for (var number = 0; number <= AuditTally.MostStrangers; number++)
            {
                Refuse(owner: null, 401, $"10.0.0.{number}");
            }

            _time.Advance(AuditTally.Period);
            // The tally is closed by the running trail; this one has not begun.
            _trail.CloseTally();
        }

        Add("key:0123456789ab", "DELETE", 204, "192.0.2.1");
        var lines = await KeptAsync();
        Assert.Equal(AuditTrail.MostOfStrangers + 1, lines.Count);
        Assert.True(Assert.Single(lines, line => line.Method == "DELETE").Lost > 0);
    }

    [Fact]
    public async Task WhatIsAnsweredToCallersThatWereLetInIsALineEach()
    {
        foreach (var status in new[] { 201, 403, 403, 404, 404 })
        {
            Assert.True(Add("key:0123456789ab", "POST", status, "192.0.2.1"));
        }

        Assert.Equal(5, (await KeptAsync()).Count);
    }

    public void Dispose() => _trail.Dispose();

    private bool Refuse(string? owner, int status, string address) => Add(owner, "GET", status, address);

    private bool Add(string? owner, string method, int status, string address)
        => _trail.Add(new(_time.GetUtcNow(), CallerKind.Key, "none", "none", method, "/api/v1/sweeps", status, address), owner, IPAddress.Parse(address));

    private async Task<IReadOnlyList<AuditEntry>> KeptAsync()
    {
        await _trail.StopAsync(Token);
        _time.Advance(AuditHistory.Settling + TimeSpan.FromSeconds(1));
        return [.. (await new AuditHistory(_store, _time).ReadAsync(null, int.MaxValue - 1, Token)).Lines.Select(line => line.Request)];
    }
}
