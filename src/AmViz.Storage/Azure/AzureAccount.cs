using Azure.Storage.Blobs;

namespace AmViz.Storage;

/// <summary>The address of an account, taken apart.</summary>
/// <param name="Service">The account without container and signature.</param>
/// <param name="Container">The container that the address named; null if none.</param>
/// <param name="Signature">The shared access signature, without its question mark; empty if there is none.</param>
internal sealed record AzureAccount(Uri Service, string? Container, string Signature)
{
    /// <summary>Whether the address carries its own permission.</summary>
    public bool HasSignature => Signature.Length > 0;

    /// <summary>Reads an address; null if it is none.</summary>
    public static AzureAccount? TryParse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            return null;
        }

        var parts = new BlobUriBuilder(address);
        var (container, signature) = (parts.BlobContainerName, address.Query.TrimStart('?'));
        parts.BlobContainerName = parts.BlobName = "";
        parts.Sas = null;
        parts.Query = "";
        return new(parts.ToUri(), container.Length == 0 ? null : container, signature);
    }
}
