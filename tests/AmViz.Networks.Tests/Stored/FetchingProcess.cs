using System.Diagnostics;
using System.Globalization;
using AmViz.Storage;

namespace AmViz.Networks.Tests;

/// <summary>A process that takes a network into use: this test program, started with the word <see cref="Verb"/>.</summary>
internal static class FetchingProcess
{
    public const string Verb = "fetch-network";

    public static Process Start(string store, string cache, string digest) => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Verb, store, cache, digest])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardInput = true,
    })!;

    /// <summary>The child's life. It begins at a line on its input and says how many files it read from the store.</summary>
    public static async Task<int> RunAsync(string store, string cache, string digest)
    {
        var blobs = new CountingStore(new FolderBlobStore(store));
        var networks = new StoredNetworks([], blobs, new() { Folder = cache });
        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();
        await networks.UseAsync("mynet", digest, source => source.Description, CancellationToken.None);
        Console.WriteLine(blobs.Reads.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    private sealed class CountingStore(IBlobStore inner) : IBlobStore
    {
        public int Reads { get; private set; }

        public string Name => inner.Name;

        public Task<Blob?> ReadAsync(BlobPath path, CancellationToken cancellationToken)
        {
            Reads++;
            return inner.ReadAsync(path, cancellationToken);
        }

        public Task CheckAsync(StoreAccess access, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> CreateAsync(BlobPath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ReadOnlyMemory<byte>?> ReadRangeAsync(BlobPath path, long offset, int length, CancellationToken cancellationToken)
        {
            Reads++;
            return inner.ReadRangeAsync(path, offset, length, cancellationToken);
        }

        public Task<BlobProperties?> ReadPropertiesAsync(BlobPath path, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<string?> ReplaceAsync(BlobPath path, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<BlobItem> ListAsync(string prefix, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> DeleteAsync(BlobPath path, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
