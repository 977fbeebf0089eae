using System.Text;
using AmViz.Storage;
using AmViz.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Api.Tests.Keys;

public sealed class AccessKeysTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly MemoryBlobStore _store = new();
    private readonly AccessKeys _keys;
    private readonly KeyRing _ring;

    public AccessKeysTests()
    {
        _keys = new(_store, _time);
        _ring = new(_keys, _time);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AKeyOpensAndItsSecretIsNotInTheStore()
    {
        var made = await _keys.CreateAsync("alice", AccessRole.Submit, lifetime: null, Token);
        Assert.Matches("^amviz_[0-9a-f]{12}_[0-9a-f]{64}$", made.Text);
        Assert.Equal(new(made.Key, null), await _ring.JudgeAsync(made.Text, Token));
        var file = Encoding.UTF8.GetString((await _store.ReadAsync(ResultLayout.AccessKey(made.Key.Id), Token))!.Content.Span);
        Assert.DoesNotContain(made.Text.Split('_')[2], file, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Text.Split('_')[2], $"{made}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNoKeyOpensNothing()
    {
        var made = (await _keys.CreateAsync("alice", AccessRole.Admin, lifetime: null, Token)).Text;
        var other = (await _keys.CreateAsync("bob", AccessRole.Read, lifetime: null, Token)).Text;
        string?[] wrong =
        [
            null, "", "amviz", "amviz__", made[..^1], $"{made}0", made.ToUpperInvariant(), $" {made}", made.Replace("amviz_", "amviz-", StringComparison.Ordinal),
            $"amviz_{made.Split('_')[1]}_{other.Split('_')[2]}", $"amviz_../../etc/pa_{made.Split('_')[2]}",
        ];
        foreach (var text in wrong)
        {
            Assert.NotNull((await _ring.JudgeAsync(text, Token)).Refusal);
        }
    }

    [Fact]
    public async Task AnExpiredKeyOpensNothingFromThatMomentOn()
    {
        var made = await _keys.CreateAsync("alice", AccessRole.Read, TimeSpan.FromDays(90), Token);
        _time.Advance(TimeSpan.FromDays(90) - TimeSpan.FromTicks(1));
        Assert.Null((await _ring.JudgeAsync(made.Text, Token)).Refusal);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Contains("expired at 2026-04-02", (await _ring.JudgeAsync(made.Text, Token)).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARevocationBySomebodyElseIsNoticedWithinASecond()
    {
        var made = await _keys.CreateAsync("alice", AccessRole.Read, lifetime: null, Token);
        Assert.Null((await _ring.JudgeAsync(made.Text, Token)).Refusal);
        Assert.NotNull((await new AccessKeys(_store, _time).RevokeAsync(made.Key.Id, Token))!.RevokedAt);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("revoked", (await _ring.JudgeAsync(made.Text, Token)).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARotatedKeyOpensByItsNewSecretOnly()
    {
        var made = await _keys.CreateAsync("alice", AccessRole.Submit, TimeSpan.FromDays(1), Token);
        var rotated = (await _keys.RotateAsync(made.Key.Id, TimeSpan.FromDays(90), Token))!;
        Assert.Equal((made.Key.Id, AccessRole.Submit, _time.GetUtcNow().AddDays(90)), (rotated.Key.Id, rotated.Key.Role, rotated.Key.ExpiresAt));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull((await _ring.JudgeAsync(made.Text, Token)).Refusal);
        Assert.Null((await _ring.JudgeAsync(rotated.Text, Token)).Refusal);
    }

    [Fact]
    public async Task ARevokedKeyCannotBeRotatedAndAnUnknownOneNeither()
    {
        var made = await _keys.CreateAsync("alice", AccessRole.Submit, lifetime: null, Token);
        await _keys.RevokeAsync(made.Key.Id, Token);
        Assert.Null(await _keys.RotateAsync(made.Key.Id, lifetime: null, Token));
        Assert.Null(await _keys.RotateAsync("0123456789ab", lifetime: null, Token));
        Assert.Null(await _keys.RevokeAsync("../first", Token));
    }

    [Fact]
    public async Task OfManyCoordinatorsThatStartAtOnceOneMakesTheFirstKey()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _keys.CreateFirstAsync(Token)));
        var first = Assert.Single(made.OfType<NewAccessKey>());
        Assert.Equal((AccessRole.Admin, AccessKeys.FirstName), (first.Key.Role, first.Key.Name));
        Assert.Null((await _ring.JudgeAsync(first.Text, Token)).Refusal);
        await _keys.RevokeAsync(first.Key.Id, Token);
        Assert.Null(await _keys.CreateFirstAsync(Token));
    }

    [Fact]
    public async Task WhereThereIsAKeyNoFirstOneIsMade()
    {
        await _keys.CreateAsync("alice", AccessRole.Read, lifetime: null, Token);
        Assert.Null(await _keys.CreateFirstAsync(Token));
    }

    [Fact]
    public async Task AQuotaIsKeptAndAFileWithOneIsRefusedByProgramsThatKnowNone()
    {
        var made = await _keys.CreateAsync("guests", AccessRole.Submit, lifetime: null, Token, new() { MaxChannels = 100, MaxPriority = -1, Pools = ["small"] });
        var quota = (await _ring.JudgeAsync((await _keys.RotateAsync(made.Key.Id, lifetime: null, Token))!.Text, Token)).Key!.Quota!;
        Assert.Equal((100, -1, "small"), (quota.MaxChannels, quota.MaxPriority, quota.Pools!.Single()));
        var plain = await _keys.CreateAsync("alice", AccessRole.Submit, lifetime: null, Token);
        Assert.Equal((2, 1), (await VersionAsync(made.Key.Id), await VersionAsync(plain.Key.Id)));

        async Task<int> VersionAsync(string id)
            => System.Text.Json.JsonDocument.Parse((await _store.ReadAsync(ResultLayout.AccessKey(id), Token))!.Content).RootElement.GetProperty("formatVersion").GetInt32();
    }

    [Fact]
    public async Task ADamagedFileIsNamed()
    {
        await _store.CreateAsync(ResultLayout.AccessKey("0123456789ab"), "{"u8.ToArray(), Token);
        var error = await Assert.ThrowsAsync<CorruptBlobException>(async () => await _keys.ListAsync(Token).ToListAsync(Token));
        Assert.Contains("access/0123456789ab.json", error.Message, StringComparison.Ordinal);
    }
}
