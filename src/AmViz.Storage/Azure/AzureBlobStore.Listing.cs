using System.Runtime.CompilerServices;
using Azure.Storage.Blobs.Models;

namespace AmViz.Storage;

public sealed partial class AzureBlobStore
{
    private const string Delimiter = "/";

    /// <inheritdoc/>
    /// <remarks>Blobs whose names no <see cref="BlobPath"/> can have were not put there by a store and are passed over.</remarks>
    public async IAsyncEnumerable<BlobItem> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in PagesAsync(prefix, delimiter: null, cancellationToken))
        {
            if (item.IsBlob && BlobPath.TryParse(item.Blob.Name, out var path))
            {
                yield return new(path, item.Blob.Properties.ContentLength ?? 0);
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListFoldersAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in PagesAsync(prefix, Delimiter, cancellationToken))
        {
            if (item.IsPrefix && BlobPath.TryParse(item.Prefix[..^1], out _))
            {
                yield return item.Prefix[prefix.Length..^1];
            }
        }
    }

    // A page is one call; the service remembers nothing, so a page that failed can be asked for again.
    private async IAsyncEnumerable<BlobHierarchyItem> PagesAsync(
        string prefix, string? delimiter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (string? next = null; next != "";)
        {
            var (items, after) = await PageAsync(prefix, delimiter, next, cancellationToken);
            foreach (var item in items)
            {
                yield return item;
            }

            next = after;
        }
    }

    private Task<(IReadOnlyList<BlobHierarchyItem> Items, string Next)> PageAsync(
        string prefix, string? delimiter, string? next, CancellationToken cancellationToken)
        => SendAsync("list", prefix, async token =>
        {
            var options = new GetBlobsByHierarchyOptions { Prefix = prefix, Delimiter = delimiter };
            try
            {
                await foreach (var page in _container.GetBlobsByHierarchyAsync(options, token).AsPages(next, _options.PageSize))
                {
                    return (page.Values, page.ContinuationToken ?? "");
                }
            }
            catch (Azure.RequestFailedException e) when (IsAbsent(e))
            {
                // A store that does not exist yet reads as empty.
            }

            return ((IReadOnlyList<BlobHierarchyItem>)[], "");
        }, cancellationToken);
}
