using System.Globalization;
using Azure;
using Azure.Storage.Blobs.Models;

namespace AmViz.Storage;

public sealed partial class AzureBlobStore
{
    // A blob that changes while it is read is read again; only folded manifests do, and seldom.
    private const int MostRounds = 5;

    /// <inheritdoc/>
    public Task<Blob?> ReadAsync(BlobPath path, CancellationToken cancellationToken)
        => ReadStretchesAsync(path, 0, long.MaxValue, cancellationToken);

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>?> ReadRangeAsync(BlobPath path, long offset, int length, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return length > 0 ? (await ReadStretchesAsync(path, offset, length, cancellationToken))?.Content
            : await FindAsync(path, cancellationToken) is null ? null
            : ReadOnlyMemory<byte>.Empty;
    }

    /// <inheritdoc/>
    public async Task<BlobProperties?> ReadPropertiesAsync(BlobPath path, CancellationToken cancellationToken)
        => await FindAsync(path, cancellationToken) is { } found ? new(found.ContentLength, $"{found.ETag}") : null;

    private async Task<Blob?> ReadStretchesAsync(BlobPath path, long offset, long length, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            if (await ReadStretchAsync(path, offset, Math.Min(length, _options.BlockSize), null, cancellationToken) is not { } first)
            {
                return null;
            }

            var rest = Math.Min(first.TotalLength - offset, length) - first.Content.Length;
            if (rest <= 0)
            {
                return new(first.Content, $"{first.ETag}");
            }

            if (await ReadRestAsync(path, offset, first, rest, cancellationToken) is { } content)
            {
                return new(content, $"{first.ETag}");
            }
        }

        throw new StorageException($"'{path}' of {Name} changed {MostRounds} times while it was read. Try again.") { CanRetry = true };
    }

    // Null: the blob is another one by now.
    private async Task<byte[]?> ReadRestAsync(BlobPath path, long offset, Stretch first, long rest, CancellationToken cancellationToken)
    {
        var content = new byte[checked((int)(first.Content.Length + rest))];
        first.Content.CopyTo(content);
        var begins = Enumerable.Range(0, (int)((rest + _options.BlockSize - 1) / _options.BlockSize)).Select(i => first.Content.Length + (i * _options.BlockSize));
        var changed = false;
        var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelStretches, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(begins, options, async (begin, token) =>
        {
            var wanted = Math.Min(_options.BlockSize, content.Length - begin);
            var stretch = await ReadStretchAsync(path, offset + begin, wanted, first.ETag, token);
            if (stretch is { } found && found.Content.Length == wanted)
            {
                found.Content.CopyTo(content.AsMemory(begin));
            }
            else
            {
                changed = true;
            }
        });
        return changed ? null : content;
    }

    // Null: there is no such blob, or none with that ETag.
    private Task<Stretch?> ReadStretchAsync(BlobPath path, long offset, long length, ETag? expected, CancellationToken cancellationToken)
        => SendAsync("read", path.Value, async token =>
        {
            var blob = _container.GetBlobClient(path.Value);
            try
            {
                var conditions = expected is { } etag ? new BlobRequestConditions { IfMatch = etag } : null;
                var answer = await blob.DownloadContentAsync(new BlobDownloadOptions { Range = new(offset, length), Conditions = conditions }, token);
                return Stretch.Of(answer.Value);
            }
            catch (RequestFailedException e) when (e.Status == 416 && offset > 0)
            {
                return new Stretch(default, default, offset);
            }
            catch (RequestFailedException e) when (e.Status == 416)
            {
                // An empty blob has no first byte, and the refusal does not tell its ETag.
                return Stretch.Of((await blob.DownloadContentAsync(new BlobDownloadOptions(), token)).Value);
            }
            catch (RequestFailedException e) when (IsAbsent(e) || (expected is not null && e.ErrorCode == BlobErrorCode.ConditionNotMet))
            {
                return (Stretch?)null;
            }
        }, cancellationToken);

    private Task<Azure.Storage.Blobs.Models.BlobProperties?> FindAsync(BlobPath path, CancellationToken cancellationToken) => SendAsync("read", path.Value, async token =>
    {
        try
        {
            return (await _container.GetBlobClient(path.Value).GetPropertiesAsync(conditions: null, token)).Value;
        }
        catch (RequestFailedException e) when (IsAbsent(e))
        {
            return null;
        }
    }, cancellationToken);

    private readonly record struct Stretch(ReadOnlyMemory<byte> Content, ETag ETag, long TotalLength)
    {
        public static Stretch Of(BlobDownloadResult answer)
        {
            // "bytes 0-99/1234"; absent where the whole blob was sent.
            var range = answer.Details.ContentRange;
            var content = answer.Content.ToMemory();
            return new(content, answer.Details.ETag, string.IsNullOrEmpty(range) ? content.Length : long.Parse(range.AsSpan(range.LastIndexOf('/') + 1), CultureInfo.InvariantCulture));
        }
    }
}
