using System.Text;
using AmViz.Storage;

namespace AmViz.TestKit;

/// <summary>Makes empty stores of one kind.</summary>
public interface IBlobStoreFixture
{
    /// <summary>An empty store, apart from all others.</summary>
    IBlobStore NewStore();
}

/// <summary>What every store promises, whatever it is made of.</summary>
public abstract class BlobStoreContract(IBlobStoreFixture fixture)
{
    private static readonly BlobPath Path = new("results/net@0123/layer/abc/7-s0.png");
    private readonly IBlobStore _store = fixture.NewStore();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ABlobReadsBackAsItWasWritten()
    {
        var content = Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7)).ToArray();
        Assert.True(await _store.CreateAsync(Path, content, Token));
        Assert.Equal(content, await ReadAsync(Path));
    }

    [Fact]
    public async Task AnEmptyBlobIsABlob()
    {
        Assert.True(await _store.CreateAsync(Path, default, Token));
        Assert.Empty((await ReadAsync(Path))!);
        Assert.Equal([new BlobItem(Path, 0)], await ListAsync(""));
    }

    [Fact]
    public async Task SecondWriterOfTheSamePathLosesAndChangesNothing()
    {
        Assert.True(await _store.CreateAsync(Path, Bytes("first"), Token));
        var before = await _store.ReadAsync(Path, Token);
        Assert.False(await _store.CreateAsync(Path, Bytes("second"), Token));
        var after = await _store.ReadAsync(Path, Token);
        Assert.Equal("first", Encoding.ASCII.GetString(after!.Content.Span));
        Assert.Equal(before!.ETag, after.ETag);
    }

    [Fact]
    public async Task OfManyWritersExactlyOneWins()
    {
        for (var round = 0; round < 20; round++)
        {
            var path = new BlobPath($"race/{round}");
            var contents = Enumerable.Range(0, 16).Select(writer => Bytes(new string((char)('a' + writer), 5000))).ToArray();
            using var start = new Barrier(contents.Length);
            var wins = await Task.WhenAll(contents.Select(content => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait(Token);
                    return _store.CreateAsync(path, content, Token);
                },
                Token, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
            var winner = Assert.Single(wins.Index(), win => win.Item).Index;
            Assert.Equal(contents[winner], await ReadAsync(path));
        }
    }

    [Fact]
    public async Task WhatIsAbsentReadsAsNull()
    {
        Assert.Null(await _store.ReadAsync(Path, Token));
        Assert.Null(await _store.ReadRangeAsync(Path, 0, 10, Token));
        Assert.Null(await _store.ReadPropertiesAsync(Path, Token));
        Assert.False(await _store.DeleteAsync(Path, Token));
        Assert.Empty(await ListAsync(""));
    }

    [Theory]
    [InlineData(0, 4, "0123")]
    [InlineData(6, 4, "6789")]
    [InlineData(8, 4, "89")]
    [InlineData(10, 4, "")]
    [InlineData(99, 4, "")]
    [InlineData(3, 0, "")]
    public async Task AStretchEndsWhereTheBlobEnds(long offset, int length, string expected)
    {
        await _store.CreateAsync(Path, Bytes("0123456789"), Token);
        var stretch = await _store.ReadRangeAsync(Path, offset, length, Token);
        Assert.Equal(expected, Encoding.ASCII.GetString(stretch!.Value.Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("one")]
    public async Task PropertiesTellTheLengthAndTheETagThatAReadWouldTell(string content)
    {
        await _store.CreateAsync(Path, Bytes(content), Token);
        var read = await _store.ReadAsync(Path, Token);
        Assert.Equal(new BlobProperties(content.Length, read!.ETag), await _store.ReadPropertiesAsync(Path, Token));

        var second = await _store.ReplaceAsync(Path, Bytes("another"), (await _store.ReadPropertiesAsync(Path, Token))!.ETag, Token);
        Assert.Equal(new BlobProperties(7, second!), await _store.ReadPropertiesAsync(Path, Token));
        // It is gone as soon as the blob is.
        await _store.DeleteAsync(Path, Token);
        Assert.Null(await _store.ReadPropertiesAsync(Path, Token));
    }

    [Fact]
    public async Task AReplacementNeedsTheETagOfWhatItReplaces()
    {
        var first = await _store.ReplaceAsync(Path, Bytes("one"), expectedETag: null, Token);
        Assert.NotNull(first);
        Assert.Null(await _store.ReplaceAsync(Path, Bytes("two"), expectedETag: null, Token));
        var second = await _store.ReplaceAsync(Path, Bytes("two"), first, Token);
        Assert.NotNull(second);
        Assert.NotEqual(first, second);
        Assert.Null(await _store.ReplaceAsync(Path, Bytes("three"), first, Token));
        var read = await _store.ReadAsync(Path, Token);
        Assert.Equal(second, read!.ETag);
        Assert.Equal("two", Encoding.ASCII.GetString(read.Content.Span));
    }

    [Fact]
    public async Task WhatIsAbsentIsNotReplaced()
    {
        var etag = await _store.ReplaceAsync(Path, Bytes("one"), expectedETag: null, Token);
        Assert.True(await _store.DeleteAsync(Path, Token));
        Assert.Null(await _store.ReplaceAsync(Path, Bytes("two"), etag, Token));
        Assert.Null(await _store.ReadAsync(Path, Token));
    }

    [Fact]
    public async Task NoIncrementOfACounterIsLost()
    {
        const int writers = 4, increments = 10;
        await _store.CreateAsync(Path, Bytes("0"), Token);
        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(
            async () =>
            {
                for (var done = 0; done < increments;)
                {
                    var read = await _store.ReadAsync(Path, Token);
                    var next = int.Parse(Encoding.ASCII.GetString(read!.Content.Span), null) + 1;
                    done += await _store.ReplaceAsync(Path, Bytes($"{next}"), read.ETag, Token) is null ? 0 : 1;
                }
            },
            Token)));
        Assert.Equal(Bytes($"{writers * increments}"), await ReadAsync(Path));
    }

    [Fact]
    public async Task AListingIsInOrdinalOrderOfWholePaths()
    {
        string[] paths = ["b/1", "a/b/2", "a/b/10", "a-b/1", "a/b-c/1", "a/B/1", "a/c", "a0/1"];
        foreach (var path in paths)
        {
            await _store.CreateAsync(new(path), Bytes(path), Token);
        }

        var listed = await ListAsync("");
        Assert.Equal(paths.Order(StringComparer.Ordinal), listed.Select(item => item.Path.Value));
        Assert.All(listed, item => Assert.Equal(item.Path.Value.Length, item.Length));
    }

    [Theory]
    [InlineData("a/b/", "a/b/10", "a/b/2")]
    [InlineData("a/b", "a/b-c/1", "a/b/10", "a/b/2")]
    [InlineData("a/b/1", "a/b/10")]
    [InlineData("a/b/2", "a/b/2")]
    [InlineData("a/x")]
    [InlineData("c/")]
    public async Task AListingHoldsWhatBeginsWithThePrefix(string prefix, params string[] expected)
    {
        foreach (var path in (string[])["b/1", "a/b/2", "a/b/10", "a/b-c/1", "a/c"])
        {
            await _store.CreateAsync(new(path), Bytes(path), Token);
        }

        Assert.Equal(expected, (await ListAsync(prefix)).Select(item => item.Path.Value));
    }

    [Theory]
    [InlineData("../")]
    [InlineData("/")]
    [InlineData("a/../")]
    [InlineData("a//")]
    [InlineData(".tmp/")]
    public async Task NothingBeginsWithWhatIsNoPath(string prefix)
    {
        await _store.CreateAsync(new("a/b/1"), Bytes("one"), Token);
        Assert.Empty(await ListAsync(prefix));
        Assert.Empty(await _store.ListFoldersAsync(prefix, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task FoldersAreNamedOnceAndFilesAreNot()
    {
        foreach (var path in (string[])["s/b/1", "s/a/x/1", "s/a/x/2", "s/file", "t/1"])
        {
            await _store.CreateAsync(new(path), Bytes(path), Token);
        }

        Assert.Equal(["a", "b"], await _store.ListFoldersAsync("s/", Token).ToListAsync(Token));
        Assert.Equal(["s", "t"], await _store.ListFoldersAsync("", Token).ToListAsync(Token));
        Assert.Empty(await _store.ListFoldersAsync("none/", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task WhatIsDeletedIsGone()
    {
        await _store.CreateAsync(Path, Bytes("one"), Token);
        Assert.True(await _store.DeleteAsync(Path, Token));
        Assert.Null(await _store.ReadAsync(Path, Token));
        Assert.Empty(await ListAsync(""));
        Assert.True(await _store.CreateAsync(Path, Bytes("two"), Token));
    }

    [Fact]
    public async Task AStoreThatCanBeWrittenPassesItsCheckAndStaysEmpty()
    {
        await _store.CheckAsync(StoreAccess.Write, Token);
        await _store.CheckAsync(StoreAccess.Read, Token);
        Assert.Empty(await ListAsync(""));
    }

    [Fact]
    public async Task ALargeBlobReadsBackWholeAndInStretches()
    {
        var content = new byte[20_000_000];
        new Random(20).NextBytes(content);
        Assert.True(await _store.CreateAsync(Path, content, Token));
        Assert.False(await _store.CreateAsync(Path, Bytes("second"), Token));
        var read = await _store.ReadAsync(Path, Token);
        Assert.True(Same(content, read!.Content));
        var stretch = await _store.ReadRangeAsync(Path, 7_000_000, 12_000_000, Token);
        Assert.True(Same(content.AsMemory(7_000_000, 12_000_000), stretch!.Value));
        Assert.Equal([new BlobItem(Path, content.Length)], await ListAsync(""));
        Assert.NotNull(await _store.ReplaceAsync(Path, content.AsMemory(1), read.ETag, Token));
        Assert.True(Same(content.AsMemory(1), (await _store.ReadAsync(Path, Token))!.Content));
    }

    [Theory]
    [InlineData("a b/c+d/e%20f")]
    [InlineData("100%25/#1/a&b=c;d")]
    [InlineData("net@0123/!$'(),-.0/[x]^_`{~}")]
    [InlineData("A/a/AbC")]
    public async Task EveryCharacterThatAPathMayHoldIsTakenLiterally(string text)
    {
        var path = new BlobPath(text);
        Assert.True(await _store.CreateAsync(path, Bytes(text), Token));
        Assert.Equal(Bytes(text), await ReadAsync(path));
        Assert.Equal([path], (await ListAsync("")).Select(item => item.Path));
        var folder = text[..(text.LastIndexOf('/') + 1)];
        Assert.Equal([path], (await ListAsync(folder)).Select(item => item.Path));
        Assert.Equal([text[..text.IndexOf('/', StringComparison.Ordinal)]], await _store.ListFoldersAsync("", Token).ToListAsync(Token));
        Assert.True(await _store.DeleteAsync(path, Token));
    }

    [Fact]
    public async Task UpperAndLowerCaseAreTwoPaths()
    {
        Assert.True(await _store.CreateAsync(new("a/X"), Bytes("upper"), Token));
        Assert.True(await _store.CreateAsync(new("a/x"), Bytes("lower"), Token));
        Assert.Equal(Bytes("upper"), await ReadAsync(new("a/X")));
    }

    [Fact]
    public async Task AListingHasNoEndBeforeTheLastBlob()
    {
        var paths = Enumerable.Range(0, 25).Select(i => new BlobPath($"many/{i}/{i % 7}")).ToArray();
        await Parallel.ForEachAsync(paths, Token, async (path, token) => await _store.CreateAsync(path, default, token));
        Assert.Equal(paths.Order(), (await ListAsync("many/")).Select(item => item.Path));
        Assert.Equal(
            Enumerable.Range(0, 25).Select(i => $"{i}").Order(StringComparer.Ordinal),
            await _store.ListFoldersAsync("many/", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task WhoIsCancelledHearsOfThatAndOfNothingElse()
    {
        var cancelled = new CancellationToken(canceled: true);
        await _store.CreateAsync(Path, Bytes("one"), Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _store.CheckAsync(StoreAccess.Write, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _store.CreateAsync(new("other"), default, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _store.ReadAsync(Path, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _store.ReadRangeAsync(Path, 0, 1, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _store.ReadPropertiesAsync(Path, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _store.ReplaceAsync(Path, default, "etag", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _store.DeleteAsync(Path, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _store.ListAsync("", cancelled).ToListAsync(cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _store.ListFoldersAsync("", cancelled).ToListAsync(cancelled));
        Assert.Equal([new BlobItem(Path, 3)], await ListAsync(""));
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    // xunit would say where twenty million bytes differ, and take its time.
    private static bool Same(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual) => expected.Span.SequenceEqual(actual.Span);

    private async Task<byte[]?> ReadAsync(BlobPath path) => (await _store.ReadAsync(path, Token))?.Content.ToArray();

    private async Task<List<BlobItem>> ListAsync(string prefix) => await _store.ListAsync(prefix, Token).ToListAsync(Token);
}
