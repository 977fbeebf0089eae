using System.Globalization;
using System.Security.Cryptography;

namespace AmViz.Storage;

/// <summary>Files of networks that come in parts, until they are whole: create-only blobs below <see cref="ResultLayout.Uploads"/>, so that a part sent twice is one part and any coordinator goes on.</summary>
/// <param name="blobs">Where.</param>
/// <param name="time">Dates uploads.</param>
public sealed class NetworkUploads(IBlobStore blobs, TimeProvider time)
{
    /// <summary>Longest part in bytes.</summary>
    public const int LongestPart = 1 << 23;

    private const int SuffixLength = 16;

    private const string DateFormat = "yyyyMMdd'T'HHmmss";

    /// <summary>Whether a text can name a file of a network: a path below its folder that is not too long to be a segment of a blob's.</summary>
    public static bool IsFileName(string text)
        => BlobPath.TryParse(text, out _) && BlobPath.TryParse($"{ResultLayout.UploadFile("x", text)}0", out _);

    /// <summary>Begins an upload.</summary>
    /// <returns>Its id, which tells when it was begun.</returns>
    public async Task<string> BeginAsync(CancellationToken cancellationToken)
    {
        var id = $"{time.GetUtcNow().UtcDateTime.ToString(DateFormat, CultureInfo.InvariantCulture)}-{RandomNumberGenerator.GetHexString(SuffixLength, lowercase: true)}";
        await blobs.CreateAsync(ResultLayout.UploadMarker(id), ReadOnlyMemory<byte>.Empty, cancellationToken);
        return id;
    }

    /// <summary>Whether an upload was begun and has neither ended nor been given up.</summary>
    public async Task<bool> IsOpenAsync(string upload, CancellationToken cancellationToken)
        => TryParse(upload, out _) && await blobs.ReadPropertiesAsync(ResultLayout.UploadMarker(upload), cancellationToken) is not null;

    /// <summary>Uploads that are open.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
        => await blobs.ListFoldersAsync(ResultLayout.Uploads, cancellationToken).ToListAsync(cancellationToken);

    /// <summary>Keeps a part.</summary>
    /// <returns>False if another part lies at its place.</returns>
    public async Task<bool> AddAsync(string upload, string file, long offset, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var path = ResultLayout.UploadPart(upload, file, offset);
        return await blobs.CreateAsync(path, content, cancellationToken)
            || (await blobs.ReadAsync(path, cancellationToken) is { } there && there.Content.Span.SequenceEqual(content.Span));
    }

    /// <summary>Whether there is a part at a place.</summary>
    public async Task<bool> HasPartAsync(string upload, string file, long offset, CancellationToken cancellationToken)
        => await blobs.ReadPropertiesAsync(ResultLayout.UploadPart(upload, file, offset), cancellationToken) is not null;

    /// <summary>What has come of each file: bytes from its beginning without a gap, and bytes in all.</summary>
    public async Task<IReadOnlyList<UploadedFile>> FilesAsync(string upload, CancellationToken cancellationToken)
    {
        var files = new SortedDictionary<string, (long Whole, long Bytes)>(StringComparer.Ordinal);
        // Sorted by offset inside a file.
        await foreach (var item in blobs.ListAsync(ResultLayout.UploadFiles(upload), cancellationToken))
        {
            if (ResultLayout.TryParseUploadPart(item.Path, out var file, out var offset))
            {
                var before = files.GetValueOrDefault(file);
                files[file] = (offset == before.Whole ? offset + item.Length : before.Whole, before.Bytes + item.Length);
            }
        }

        return [.. files.Select(file => new UploadedFile(file.Key, file.Value.Whole, file.Value.Bytes))];
    }

    /// <summary>Puts a file together.</summary>
    /// <returns>SHA-256 of what was written.</returns>
    public async Task<string> CopyAsync(string upload, string file, Stream target, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var item in blobs.ListAsync(ResultLayout.UploadFile(upload, file), cancellationToken))
        {
            var part = await blobs.ReadAsync(item.Path, cancellationToken) ?? throw new StorageException($"'{item.Path}' of {blobs.Name} went away meanwhile. Upload the network again.");
            hash.AppendData(part.Content.Span);
            await target.WriteAsync(part.Content, cancellationToken);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Removes an upload, its marker last. Idempotent.</summary>
    public async Task RemoveAsync(string upload, CancellationToken cancellationToken)
    {
        foreach (var item in await blobs.ListAsync(ResultLayout.UploadFiles(upload), cancellationToken).ToListAsync(cancellationToken))
        {
            await blobs.DeleteAsync(item.Path, cancellationToken);
        }

        await blobs.DeleteAsync(ResultLayout.UploadMarker(upload), cancellationToken);
    }

    /// <summary>Removes uploads that were begun too long ago.</summary>
    /// <returns>How many.</returns>
    public async Task<int> RemoveAbandonedAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var upload in await ListAsync(cancellationToken))
        {
            if (TryParse(upload, out var begun) && time.GetUtcNow() - begun > age)
            {
                await RemoveAsync(upload, cancellationToken);
                removed++;
            }
        }

        return removed;
    }

    private static bool TryParse(string upload, out DateTimeOffset begun)
    {
        begun = default;
        return upload.Split('-') is [var date, { Length: SuffixLength } suffix]
            && suffix.All(char.IsAsciiHexDigitLower)
            && DateTimeOffset.TryParseExact(date, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out begun);
    }
}

/// <summary>What has come of a file.</summary>
/// <param name="Name">Its path below the network's folder.</param>
/// <param name="Whole">Bytes from its beginning without a gap: where to go on.</param>
/// <param name="Bytes">Bytes of all its parts.</param>
public sealed record UploadedFile(string Name, long Whole, long Bytes);
