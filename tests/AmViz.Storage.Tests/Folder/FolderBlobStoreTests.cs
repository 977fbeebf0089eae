using System.Diagnostics;
using AmViz.TestKit;

namespace AmViz.Storage.Tests;

public sealed class FolderBlobStoreTests : IDisposable
{
    private static readonly BlobPath Path = new("results/a/1-s0.png");
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ABlobIsAPlainFileUnderItsPath()
    {
        await Store().CreateAsync(Path, "picture"u8.ToArray(), Token);
        Assert.Equal("picture", await File.ReadAllTextAsync(_folder.At("results", "a", "1-s0.png"), Token));
    }

    [Fact]
    public async Task NothingTemporaryIsLeftBehind()
    {
        var store = Store();
        await store.CreateAsync(Path, "one"u8.ToArray(), Token);
        await store.CreateAsync(Path, "two"u8.ToArray(), Token);
        var etag = (await store.ReadAsync(Path, Token))!.ETag;
        await store.ReplaceAsync(Path, "three"u8.ToArray(), etag, Token);
        await store.ReplaceAsync(Path, "four"u8.ToArray(), etag, Token);
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.At(".tmp")), file => file.Contains('~', StringComparison.Ordinal));
    }

    [Fact]
    public async Task OpeningAndReadingTouchesNothing()
    {
        var root = _folder.At("new");
        var store = new FolderBlobStore(root);
        Assert.Null(await store.ReadAsync(Path, Token));
        Assert.Empty(await store.ListAsync("", Token).ToListAsync(Token));
        Assert.False(Directory.Exists(root));
    }

    [Fact]
    public async Task WhatOtherProgramsLeaveInTheFolderIsPassedOver()
    {
        await Store().CreateAsync(Path, "one"u8.ToArray(), Token);
        await File.WriteAllTextAsync(_folder.At("results", ".DS_Store"), "x", Token);
        await File.WriteAllTextAsync(_folder.At("results", "ca\u00f1on.png"), "x", Token);
        Assert.Equal([Path], (await Store().ListAsync("", Token).ToListAsync(Token)).Select(item => item.Path));
    }

    [Fact]
    public async Task LeftoversOfTheDeadGoAndThoseOfTheLivingStay()
    {
        var dead = await NumberOfADeadProcess();
        var fresh = Leftover($"{Environment.MachineName}~{dead}~fresh", TimeSpan.FromMinutes(1));
        var deadAndOld = Leftover($"{Environment.MachineName}~{dead}~old", TimeSpan.FromMinutes(11));
        var livingAndOld = Leftover($"{Environment.MachineName}~{Environment.ProcessId}~old", TimeSpan.FromHours(2));
        var foreign = Leftover($"another-host~{dead}~old", TimeSpan.FromHours(2));
        var forgotten = Leftover("another-host~1~old", TimeSpan.FromHours(25));
        await Store().CreateAsync(Path, "one"u8.ToArray(), Token);
        Assert.Equal([true, false, true, true, false], new[] { fresh, deadAndOld, livingAndOld, foreign, forgotten }.Select(File.Exists));
    }

    [Fact]
    public async Task AFileInPlaceOfTheFolderIsToldAtOnce()
    {
        var root = _folder.At("file");
        await File.WriteAllTextAsync(root, "in the way", Token);
        await AssertUnreachable(new FolderBlobStore(root), root);
        await AssertUnreachable(new FolderBlobStore(System.IO.Path.Combine(root, "below")), root);
    }

    [Fact]
    public async Task AReadOnlyFileSystemIsToldAtOnce()
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel"), "Needs a file system that nobody can write to.");
        await AssertUnreachable(new FolderBlobStore("/sys/kernel/amviz-out"), "/sys/kernel/amviz-out");
    }

    [Fact]
    public void AFullDiskIsTold()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Needs a device that is always full.");
        using var full = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write);
        var cause = Assert.ThrowsAny<IOException>(() => RandomAccess.Write(full, "x"u8, 0));
        var failure = FolderFailure.Describe("folder:/out", "/out", "write", "/out/a", cause);
        Assert.Contains("full", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.CanRetry);
    }

    [Fact]
    public async Task ABlobThatCouldNotBePublishedLeavesNothing()
    {
        const int noSpace = 28;
        var store = new FolderBlobStore(_folder.Path, TimeProvider.System, (_, _) => throw new IOException("No space left on device", noSpace));
        var failure = await Assert.ThrowsAsync<StoreUnreachableException>(() => store.CreateAsync(Path, "x"u8.ToArray(), Token));
        Assert.Contains("No space left on device. The disk is full.", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await store.ListAsync("", Token).ToListAsync(Token));
        Assert.Empty(Directory.EnumerateFiles(_folder.At(".tmp")));
    }

    [Fact]
    public async Task AMissingFolderIsToldToWhoWantsToRead()
    {
        var failure = await Assert.ThrowsAsync<StoreUnreachableException>(
            () => new FolderBlobStore(_folder.At("missing")).CheckAsync(StoreAccess.Read, Token));
        Assert.Contains(_folder.At("missing"), failure.Message, StringComparison.Ordinal);
        Assert.False(failure.CanRetry);
    }

    [Fact]
    public async Task TwoStoresOnOneFolderShareTheLockOfReplacements()
    {
        var stores = new[] { Store(), Store() };
        await stores[0].CreateAsync(Path, "0"u8.ToArray(), Token);
        await Task.WhenAll(stores.Select(store => Task.Run(
            async () =>
            {
                for (var done = 0; done < 10;)
                {
                    var read = (await store.ReadAsync(Path, Token))!;
                    var next = new byte[read.Content.Length + 1];
                    done += await store.ReplaceAsync(Path, next, read.ETag, Token) is null ? 0 : 1;
                }
            },
            Token)));
        Assert.Equal(21, (await stores[0].ReadAsync(Path, Token))!.Content.Length);
    }

    private FolderBlobStore Store() => new(_folder.Path);

    private static async Task AssertUnreachable(FolderBlobStore store, string named)
    {
        var check = await Assert.ThrowsAsync<StoreUnreachableException>(() => store.CheckAsync(StoreAccess.Write, Token));
        Assert.Contains(named, check.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnreachableException>(() => store.CreateAsync(Path, "x"u8.ToArray(), Token));
    }

    private string Leftover(string name, TimeSpan age)
    {
        Directory.CreateDirectory(_folder.At(".tmp"));
        var file = _folder.At(".tmp", name);
        File.WriteAllText(file, "half");
        File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime - age);
        return file;
    }

    private static async Task<int> NumberOfADeadProcess()
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, "--help")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return process.Id;
    }
}
