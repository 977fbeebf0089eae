using System.Diagnostics;
using System.Net;
using System.Text;
using AmViz.TestKit;

namespace AmViz.Storage.Tests;

/// <summary>What networks and services do wrong, and what a caller hears of it.</summary>
public sealed class AzureFaultTests(AzuriteFixture azurite)
{
    private static readonly BlobPath Path = new("results/a.png");
    private static readonly byte[] Content = Encoding.ASCII.GetBytes("content");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, "TooManyRequests")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "ServerBusy")]
    [InlineData(HttpStatusCode.InternalServerError, "InternalError")]
    [InlineData(HttpStatusCode.InternalServerError, "OperationTimedOut")]
    public async Task WhatPassesIsWaitedForAndNobodyHearsOfIt(HttpStatusCode status, string code)
    {
        var network = new FaultyNetwork(Fault.Refusal(status, code), Fault.Cut, Fault.Refusal(status, code));
        var store = Store(network);
        Assert.True(await store.CreateAsync(Path, Content, Token));
        Assert.Equal(Content, (await store.ReadAsync(Path, Token))!.Content.ToArray());
        Assert.False(await store.CreateAsync(Path, Content, Token));
    }

    [Fact]
    public async Task TheServiceSaysHowLongToWait()
    {
        var watch = Stopwatch.StartNew();
        Assert.True(await Store(new(Fault.Refusal(HttpStatusCode.ServiceUnavailable, "ServerBusy", retryAfter: 1))).CreateAsync(Path, Content, Token));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 30);
    }

    [Fact]
    public async Task AServiceThatAsksForMorePatienceThanThereIsIsOutOfReach()
    {
        var store = Store(new(Fault.Refusal(HttpStatusCode.ServiceUnavailable, "ServerBusy", retryAfter: 300)), Patient(0.5));
        var failure = await Unreachable(() => store.CreateAsync(Path, Content, Token));
        Assert.Contains("503 ServerBusy", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.CanRetry);
    }

    [Fact]
    public async Task ErrorsWithoutEndAreToldAfterTheLastTry()
    {
        var network = new FaultyNetwork((_, _) => Fault.Refusal(HttpStatusCode.InternalServerError, "InternalError"));
        var failure = await Unreachable(() => Store(network).CreateAsync(Path, Content, Token));
        Assert.Contains("'results/a.png' of azure:", failure.Message, StringComparison.Ordinal);
        Assert.Contains("the service fails: 500 InternalError (tried 4 times)", failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, network.Requests.Count);
        Assert.True(failure.CanRetry);
    }

    [Fact]
    public async Task SilenceIsToldWithinThePatienceOfTheCaller()
    {
        var options = azurite.Server.Options() with { TryTimeout = TimeSpan.FromSeconds(0.2), Retries = 100, Patience = TimeSpan.FromSeconds(1) };
        var failure = await Unreachable(() => Store(new((_, _) => Fault.Silence), options).ReadAsync(Path, Token));
        Assert.Contains("no answer in time", failure.Message, StringComparison.Ordinal);
        Assert.Contains(azurite.Server.Address.Authority, failure.Message, StringComparison.Ordinal);
        Assert.True(failure.CanRetry);
    }

    [Fact]
    public async Task ASilentTryIsFollowedByAnother()
    {
        var options = azurite.Server.Options() with { TryTimeout = TimeSpan.FromSeconds(0.5) };
        Assert.True(await Store(new(Fault.Silence), options).CreateAsync(Path, Content, Token));
    }

    [Fact]
    public async Task WhoCancelsInAPauseHearsOfThatAndOfNothingElse()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var busy = Fault.Refusal(HttpStatusCode.ServiceUnavailable, "ServerBusy", retryAfter: 300) with { Before = _ => { cancel.CancelAfter(50); return Task.CompletedTask; } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store(new((_, _) => busy)).CreateAsync(Path, Content, cancel.Token));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(60_000)]
    public async Task AConnectionCutInTheMiddleOfAnUploadLeavesNothingTornBehind(int blockSize)
    {
        await using var proxy = new LoopbackProxy(azurite.Server.Address);
        var options = Through(proxy) with { BlockSize = blockSize == 10 ? 100_000 : blockSize };
        var store = new AzureBlobStore(options);
        await store.CheckAsync(StoreAccess.Write, Token);
        var content = new byte[200_000];
        new Random(1).NextBytes(content);
        proxy.CutAfter(50_000);
        Assert.True(await store.CreateAsync(Path, content, Token));
        Assert.Equal(1, proxy.Cuts);
        Assert.Equal(content, (await store.ReadAsync(Path, Token))!.Content.ToArray());
    }

    [Fact]
    public async Task ACreationWhoseAnswerIsLostIsWonAllTheSame()
    {
        await using var proxy = new LoopbackProxy(azurite.Server.Address);
        var store = new AzureBlobStore(Through(proxy));
        await store.CheckAsync(StoreAccess.Write, Token);
        proxy.LoseNextAnswer();
        Assert.True(await store.CreateAsync(Path, Content, Token));
        Assert.Equal(1, proxy.Cuts);
        Assert.False(await store.CreateAsync(Path, Content, Token));
    }

    [Fact]
    public async Task AReplacementWhoseAnswerIsLostTellsTheETagOfItsOwnWork()
    {
        await using var proxy = new LoopbackProxy(azurite.Server.Address);
        var store = new AzureBlobStore(Through(proxy));
        var first = await store.ReplaceAsync(Path, Content, expectedETag: null, Token);
        proxy.LoseNextAnswer();
        var second = await store.ReplaceAsync(Path, "second"u8.ToArray(), first, Token);
        Assert.Equal(1, proxy.Cuts);
        Assert.Equal((await store.ReadAsync(Path, Token))!.ETag, second);
    }

    [Fact]
    public async Task EvenEqualContentOfAnotherWriterIsAnothersVictory()
    {
        var options = azurite.Server.Options();
        var rival = new AzureBlobStore(options);
        var won = false;
        var lost = Fault.Cut with { Before = async token => won = await rival.CreateAsync(Path, Content, token) };
        Assert.False(await Store(new(lost), options).CreateAsync(Path, Content, Token));
        Assert.True(won);
    }

    [Fact]
    public async Task WritersOfLargeBlobsDoNotMixTheirBlocks()
    {
        var options = azurite.Server.Options() with { BlockSize = 5_000 };
        var contents = Enumerable.Range(0, 6).Select(writer => Enumerable.Repeat((byte)writer, 40_000).ToArray()).ToArray();
        var stores = contents.Select(_ => new AzureBlobStore(options)).ToArray();
        var wins = await Task.WhenAll(contents.Zip(stores, (content, store) => store.CreateAsync(Path, content, Token)));
        var winner = Assert.Single(wins.Index(), win => win.Item).Index;
        Assert.Equal(contents[winner], (await stores[0].ReadAsync(Path, Token))!.Content.ToArray());
    }

    [Fact]
    public async Task ABlobThatChangesWhileItIsReadIsReadAgain()
    {
        var options = azurite.Server.Options() with { BlockSize = 1_000 };
        var writer = new AzureBlobStore(options);
        var etag = await writer.ReplaceAsync(Path, new byte[5_000], expectedETag: null, Token);
        var changed = Enumerable.Repeat((byte)1, 6_000).ToArray();
        var network = new FaultyNetwork((_, count) => count == 2
            ? new() { Before = async token => etag = await writer.ReplaceAsync(Path, changed, etag, token) }
            : null);
        var read = await Store(network, options).ReadAsync(Path, Token);
        Assert.Equal(changed, read!.Content.ToArray());
        Assert.Equal(etag, read.ETag);
    }

    [Theory]
    [InlineData("AuthorizationPermissionMismatch", "The right to create and write (cw) is missing.")]
    [InlineData("AuthenticationFailed", "The key or signature is wrong or has expired")]
    [InlineData("AuthorizationFailure", "network rules")]
    public async Task ARefusalIsToldAtOnceWithWhatToDo(string code, string expected)
    {
        var network = new FaultyNetwork((_, _) => Fault.Refusal(HttpStatusCode.Forbidden, code));
        var failure = await Unreachable(() => Store(network).CreateAsync(Path, Content, Token));
        Assert.Contains($"403 {code}", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.False(failure.CanRetry);
        Assert.Single(network.Requests);
    }

    [Fact]
    public async Task AnEndpointThatIsTooOldForTheClientNamesTheSetting()
    {
        var network = new FaultyNetwork((_, _) => Fault.Refusal(HttpStatusCode.BadRequest, "InvalidHeaderValue", "The API version 2026-10-06 is not supported."));
        var failure = await Unreachable(() => Store(network).CheckAsync(StoreAccess.Read, Token));
        Assert.Contains("AMVIZ__Storage__Azure__ServiceVersion", failure.Message, StringComparison.Ordinal);
    }

    private static AzureStoreOptions Quick(AzureStoreOptions options) => options with { FirstPause = TimeSpan.FromMilliseconds(1), Retries = Math.Max(3, options.Retries == 6 ? 3 : options.Retries) };

    private static async Task<StoreUnreachableException> Unreachable(Func<Task> call) => await Assert.ThrowsAsync<StoreUnreachableException>(call);

    private AzureStoreOptions Patient(double seconds) => azurite.Server.Options() with { Patience = TimeSpan.FromSeconds(seconds) };

    private AzureStoreOptions Through(LoopbackProxy proxy)
    {
        var direct = azurite.Server.Options();
        return Quick(direct with { ConnectionString = direct.ConnectionString!.Replace(azurite.Server.Address.AbsoluteUri, proxy.Through(azurite.Server.Address).AbsoluteUri, StringComparison.Ordinal) });
    }

    private AzureBlobStore Store(FaultyNetwork network, AzureStoreOptions? options = null)
        => new(Quick(options ?? azurite.Server.Options()) with { Configure = network.Put });
}
