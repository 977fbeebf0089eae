using System.Diagnostics;
using AmViz.TestKit;

namespace AmViz.Storage.Tests;

/// <summary>A disk that is really full: a small tmpfs of its own.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private bool _mounted;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Needs root, to mount a small tmpfs.");
        var (code, error) = await RunAsync("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", _folder.Path);
        Assert.SkipUnless(code == 0, $"Needs the right to mount a tmpfs: {error}");
        _mounted = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_mounted)
        {
            await RunAsync("umount", "-l", _folder.Path);
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task WhatFitsIsKeptTheRestIsToldAndWritingGoesOnOnceThereIsSpace()
    {
        var store = new FolderBlobStore(_folder.Path);
        var content = new byte[300_000];
        var (stored, failure) = await FillAsync(store, content);
        Assert.InRange(stored.Count, 4, 7);
        Assert.Contains("The disk is full. Free some space", failure.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, failure.Message, StringComparison.Ordinal);
        Assert.True(failure.CanRetry);

        // Nothing torn: neither under a path nor among the temporary files, where it would keep the disk full.
        var listed = await store.ListAsync("", Token).ToListAsync(Token);
        Assert.Equal(stored, listed.Select(item => item.Path));
        Assert.All(listed, item => Assert.Equal(content.Length, item.Length));
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.At(".tmp")), file => file.Contains('~', StringComparison.Ordinal));

        var etag = (await store.ReadAsync(stored[0], Token))!.ETag;
        await Assert.ThrowsAsync<StoreUnreachableException>(() => store.ReplaceAsync(stored[0], content.AsMemory(1), etag, Token));
        Assert.Equal(etag, (await store.ReadAsync(stored[0], Token))!.ETag);
        await Assert.ThrowsAsync<StoreUnreachableException>(() => store.CreateAsync(new("more/deeper/blob"), content, Token));

        Assert.True(await store.DeleteAsync(stored[^1], Token));
        Assert.True(await store.CreateAsync(new("more/deeper/blob"), content, Token));
    }

    private static async Task<(List<BlobPath> Stored, StoreUnreachableException Failure)> FillAsync(FolderBlobStore store, byte[] content)
    {
        var stored = new List<BlobPath>();
        try
        {
            for (var i = 0; ; i++)
            {
                var path = new BlobPath($"fill/{i}");
                Assert.True(await store.CreateAsync(path, content, Token));
                stored.Add(path);
            }
        }
        catch (StoreUnreachableException e)
        {
            return (stored, e);
        }
    }

    private static async Task<(int Code, string Error)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return (process.ExitCode, error);
    }
}
