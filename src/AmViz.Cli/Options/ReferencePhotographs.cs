using System.Security.Cryptography;
using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Storage;

namespace AmViz.Cli.Options;

/// <summary>The photographs of <c>--photos</c> that a recipe is to go by: named by their digests there, and put into the store for whoever draws.</summary>
/// <param name="Files">Digest and bytes of each, in the order of file names.</param>
internal sealed record ReferencePhotographs(IReadOnlyList<(string Digest, byte[] Bytes)> Files) : IReferencePhotographs
{
    /// <summary>None.</summary>
    public static ReferencePhotographs None { get; } = new([]);

    /// <summary>Those that the store has as well.</summary>
    public IBlobStore? Store { get; init; }

    /// <summary>Reads every picture of a folder.</summary>
    /// <exception cref="UsageException">There is no such folder, no picture in it, or one that cannot be read.</exception>
    public static ReferencePhotographs Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"--photos: there is no folder '{folder}'. Expected a folder of {PictureFormats.Names} files.");
        }

        try
        {
            (string Digest, byte[] Bytes)[] files =
                [.. Directory.EnumerateFiles(folder).Where(PictureFormats.HasExtension).Order(StringComparer.Ordinal).Select(ReadFile).DistinctBy(file => file.Digest, StringComparer.Ordinal)];
            return files.Length > 0 ? new(files) : throw new UsageException($"--photos: '{folder}' holds no {PictureFormats.Names} file. Expected some photographs.");
        }
        catch (ImagingException exception)
        {
            throw new UsageException($"--photos: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--photos: {exception.Message} Expected {PictureFormats.Names} files.");
        }
    }

    /// <summary>Puts them where every device of a cluster finds them; those that are there are left alone.</summary>
    public async Task PushAsync(IBlobStore store, CancellationToken cancellationToken)
    {
        foreach (var (digest, bytes) in Files)
        {
            await store.CreateAsync(ResultLayout.Reference(digest), bytes, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(string digest, CancellationToken cancellationToken)
        => Files.FirstOrDefault(file => file.Digest == digest).Bytes is { } here ? here
            : Store is not null && await Store.ReadAsync(ResultLayout.Reference(digest), cancellationToken) is { } stored ? stored.Content
            : null;

    private static (string Digest, byte[] Bytes) ReadFile(string path)
    {
        var bytes = PictureLoader.ReadFile(path);
        _ = PictureLoader.Read(bytes, path);
        return (Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes);
    }
}
