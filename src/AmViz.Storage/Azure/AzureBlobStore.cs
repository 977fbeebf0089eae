using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AmViz.Storage;

/// <summary>A store in a container of Azure Blob Storage, or of what speaks its language (Azurite, Azure Stack).</summary>
/// <remarks>
/// The service keeps the promises of <see cref="IBlobStore"/> by its conditions (If-None-Match, If-Match). Calls are repeated with growing,
/// random pauses when the service throttles, fails or does not answer; see <see cref="AzureStoreOptions"/> for how long.
/// Names sort by their UTF-8 bytes, which for the characters of a <see cref="BlobPath"/> is ordinal order.
/// </remarks>
public sealed partial class AzureBlobStore : IBlobStore
{
    private const int ParallelStretches = 4;

    private readonly AzureStoreOptions _options;
    private readonly BlobContainerClient _container;

    /// <summary>A store; nothing is sent yet.</summary>
    /// <exception cref="ArgumentException">The options cannot be used.</exception>
    public AzureBlobStore(AzureStoreOptions options)
    {
        _options = options;
        _container = AzureClients.Open(options);
        Address = new BlobUriBuilder(_container.Uri) { Sas = null, Query = "" }.ToUri();
    }

    /// <inheritdoc/>
    public string Name => $"azure:{_options.Container}";

    /// <inheritdoc/>
    public DateTimeOffset? AccessExpiration => _options.SignatureExpiration;

    /// <summary>Address of the container, without any permission.</summary>
    public Uri Address { get; }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(BlobPath path, CancellationToken cancellationToken) => SendAsync("delete", path.Value, async token =>
    {
        try
        {
            await _container.GetBlobClient(path.Value).DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, conditions: null, token);
            return true;
        }
        catch (RequestFailedException e) when (IsAbsent(e))
        {
            return false;
        }
    }, cancellationToken);

    private static bool IsAbsent(RequestFailedException e)
        => e.Status == 404 && (e.ErrorCode == BlobErrorCode.BlobNotFound || e.ErrorCode == BlobErrorCode.ContainerNotFound);

    /// <summary>Sends what <paramref name="work"/> sends, within the patience of the options, and says what a failure means.</summary>
    private async Task<T> SendAsync<T>(string verb, string subject, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_options.Patience);
        var call = AzureCall.Begin();
        try
        {
            return await work(patience.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && AzureFailure.Find(e) is { } failure)
        {
            throw failure.Describe(Name, Address, verb, subject, call);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is not OperationCanceledException && AzureFailure.Find(e) is not null)
        {
            // The library wraps a cancellation that meets a retry.
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }
}
