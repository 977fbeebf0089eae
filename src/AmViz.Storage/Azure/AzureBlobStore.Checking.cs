using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace AmViz.Storage;

public sealed partial class AzureBlobStore
{
    // No path of a store begins with a dot.
    private const string Probe = ".amviz-check";

    // Enough for a service that stumbles; who checks wants to know at once.
    private const int RetriesOfACheck = 2;

    /// <inheritdoc/>
    /// <remarks>Asks for every right that will be needed. Nothing is written but, if it is missing and may be made, the container.</remarks>
    public async Task CheckAsync(StoreAccess access, CancellationToken cancellationToken)
    {
        var container = AzureClients.Open(_options with { Retries = Math.Min(_options.Retries, RetriesOfACheck) });
        if (!await ExistsAsync(container, cancellationToken))
        {
            if (access == StoreAccess.Read)
            {
                throw new StoreUnreachableException(Name, $"There is no container '{_options.Container}' at {Address.GetLeftPart(UriPartial.Authority)}. Check its name and the account; the first 'amviz run' or 'amviz sweep submit' makes it.");
            }

            await SendAsync("make the container", "", token => container.CreateIfNotExistsAsync(cancellationToken: token), cancellationToken);
        }

        await CheckReadingAsync(container, cancellationToken);
        if (access == StoreAccess.Write)
        {
            await CheckWritingAsync(container, cancellationToken);
            await SendAsync("delete", "", token => container.GetBlobClient(Probe).DeleteIfExistsAsync(cancellationToken: token), cancellationToken);
        }
    }

    // A container's own properties are not in reach of every signature; a listing is needed anyway.
    private Task<bool> ExistsAsync(BlobContainerClient container, CancellationToken cancellationToken) => SendAsync("list", "", async token =>
    {
        try
        {
            await foreach (var _ in container.GetBlobsAsync(new GetBlobsOptions(), token).AsPages(pageSizeHint: 1))
            {
                break;
            }

            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return false;
        }
    }, cancellationToken);

    private Task<Response<bool>> CheckReadingAsync(BlobContainerClient container, CancellationToken cancellationToken)
        => SendAsync("read", "", token => container.GetBlobClient(Probe).ExistsAsync(token), cancellationToken);

    // Rights are looked at before conditions, so a write whose condition cannot hold tells of both and writes nothing.
    private Task<bool> CheckWritingAsync(BlobContainerClient container, CancellationToken cancellationToken) => SendAsync("write", "", async token =>
    {
        try
        {
            var never = new BlobUploadOptions { Conditions = new() { IfMatch = new ETag("\"0x0\"") } };
            await container.GetBlockBlobClient(Probe).UploadAsync(Stream.Null, never, token);
        }
        catch (RequestFailedException e) when (IsTaken(e))
        {
            return true;
        }

        throw new StoreUnreachableException(Name, $"{Address} wrote a blob though the condition of the write did not hold. Expected a service that keeps conditions (If-Match), as Azure Blob Storage does.");
    }, cancellationToken);
}
