using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AmViz.TestKit;

namespace AmViz.Storage.Tests;

/// <summary>A process that writes blobs until it is killed: this test program, started with the word <see cref="Verb"/>.</summary>
internal static class KilledWriter
{
    public const string Verb = "write-until-killed";

    /// <summary>Length of every blob.</summary>
    public const int Length = 2_000_000;

    /// <summary>Blob number <paramref name="index"/>: it begins with the SHA-256 of the rest, so that half a blob is recognised.</summary>
    public static byte[] Content(int index)
    {
        var body = new byte[Length - SHA256.HashSizeInBytes];
        body.AsSpan().Fill((byte)index);
        return [.. SHA256.HashData(body), .. body];
    }

    public static bool IsWhole(ReadOnlySpan<byte> content)
        => content.Length == Length && content.StartsWith(SHA256.HashData(content[SHA256.HashSizeInBytes..]));

    public static BlobPath PathOf(int index) => new(string.Create(CultureInfo.InvariantCulture, $"blobs/{index % 3}/{index}"));

    public static Process Start(string root) => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Verb, root])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        StandardOutputEncoding = Encoding.ASCII,
    })!;

    /// <summary>The child's life. It says the number of every blob once that is stored, and that of the counter once it is replaced.</summary>
    public static async Task<int> RunAsync(string root)
    {
        var store = new FolderBlobStore(root);
        var counter = new BlobPath("counter");
        await store.CreateAsync(counter, Content(0), CancellationToken.None);
        var begin = (await store.ListAsync("blobs/", CancellationToken.None).CountAsync()) + 1;
        for (var index = begin; ; index++)
        {
            await store.CreateAsync(PathOf(index), Content(index), CancellationToken.None);
            var read = await store.ReadAsync(counter, CancellationToken.None);
            await store.ReplaceAsync(counter, Content(index), read!.ETag, CancellationToken.None);
            Console.WriteLine(index);
        }
    }
}
