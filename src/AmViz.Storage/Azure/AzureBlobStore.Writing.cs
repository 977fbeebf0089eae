using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace AmViz.Storage;

// Every write puts a stamp of its own into the blob's metadata: when an answer is lost and the try is repeated, the stamp tells the writer
// whether the blob in its way is its own. Large blobs are sent in blocks under random names, so that two writers never mix theirs.
public sealed partial class AzureBlobStore
{
    private const string Stamp = "amvizwrite";

    /// <inheritdoc/>
    public async Task<bool> CreateAsync(BlobPath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        => await ReplaceAsync(path, content, expectedETag: null, cancellationToken) is not null;

    /// <inheritdoc/>
    public async Task<string?> ReplaceAsync(
        BlobPath path, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken)
    {
        var blob = _container.GetBlockBlobClient(path.Value);
        var stamp = Guid.NewGuid().ToString("N");
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [Stamp] = stamp };
        var headers = new BlobHttpHeaders { ContentType = ContentTypeOf(path) };
        var conditions = expectedETag is null ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new() { IfMatch = new ETag(expectedETag) };
        if (content.Length <= _options.BlockSize)
        {
            var whole = new BlobUploadOptions { Conditions = conditions, HttpHeaders = headers, Metadata = metadata };
            return await PublishAsync(path, stamp, async token =>
            {
                using var stream = new BinaryData(content).ToStream();
                return (await blob.UploadAsync(stream, whole, token)).Value;
            }, cancellationToken);
        }

        var blocks = await StageAsync(blob, path, content, cancellationToken);
        var list = new CommitBlockListOptions { Conditions = conditions, HttpHeaders = headers, Metadata = metadata };
        return await PublishAsync(path, stamp, async token => (await blob.CommitBlockListAsync(blocks, list, token)).Value, cancellationToken);
    }

    private async Task<string[]> StageAsync(BlockBlobClient blob, BlobPath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var blocks = Enumerable.Range(0, (content.Length + _options.BlockSize - 1) / _options.BlockSize)
            .Select(_ => Convert.ToBase64String(Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(32)))).ToArray();
        var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelStretches, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(blocks.Index(), options, async (block, outer) =>
        {
            var begin = block.Index * _options.BlockSize;
            var part = new BinaryData(content.Slice(begin, Math.Min(_options.BlockSize, content.Length - begin)));
            await SendAsync("write", path.Value, token => WithContainerAsync(async () =>
            {
                using var stream = part.ToStream();
                return await blob.StageBlockAsync(block.Item, stream, options: null, token);
            }, token), outer);
        });
        return blocks;
    }

    private Task<string?> PublishAsync(
        BlobPath path, string stamp, Func<CancellationToken, Task<BlobContentInfo>> send, CancellationToken cancellationToken)
        => SendAsync("write", path.Value, async token =>
        {
            try
            {
                return $"{(await WithContainerAsync(() => send(token), token)).ETag}";
            }
            catch (RequestFailedException e) when (IsTaken(e))
            {
                return AzureCall.IsRepeated ? await FindOwnAsync(path, stamp, token) : null;
            }
        }, cancellationToken);

    // An earlier try may have been carried out though its answer was lost; then this is our own blob in our way.
    private async Task<string?> FindOwnAsync(BlobPath path, string stamp, CancellationToken cancellationToken)
        => await FindAsync(path, cancellationToken) is { } found && found.Metadata.TryGetValue(Stamp, out var by) && by == stamp
            ? $"{found.ETag}"
            : null;

    // The first write makes the container.
    private async Task<T> WithContainerAsync<T>(Func<Task<T>> write, CancellationToken cancellationToken)
    {
        try
        {
            return await write();
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            await _container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            return await write();
        }
    }

    private static bool IsTaken(RequestFailedException e)
        => e.ErrorCode == BlobErrorCode.BlobAlreadyExists
            || e.ErrorCode == BlobErrorCode.ConditionNotMet
            || e.ErrorCode == BlobErrorCode.BlobNotFound
            // A signature that may create and not write says so in this way.
            || e.ErrorCode == BlobErrorCode.UnauthorizedBlobOverwrite
            // Somebody else's blob was published meanwhile, and our blocks went with it.
            || e.ErrorCode == BlobErrorCode.InvalidBlockList;

    // So that a browser shows what it is given.
    private static string ContentTypeOf(BlobPath path) => Path.GetExtension(path.Name) switch
    {
        ".png" => "image/png",
        ".json" => "application/json",
        _ => "application/octet-stream",
    };
}
