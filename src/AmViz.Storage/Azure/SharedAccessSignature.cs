using System.Data.Common;
using Azure.Storage.Blobs;

namespace AmViz.Storage;

/// <summary>What a shared access signature says of itself.</summary>
internal static class SharedAccessSignature
{
    private const string Member = "SharedAccessSignature";

    /// <summary>When the signature of options expires; null without one, or if it does not say so itself.</summary>
    public static DateTimeOffset? ExpirationOf(AzureStoreOptions options)
    {
        var signature = options.ConnectionString is { } connection ? Find(connection)
            : options.AccountUrl is { } url ? AzureAccount.TryParse(url)?.Signature
            : null;
        if (string.IsNullOrEmpty(signature))
        {
            return null;
        }

        // Any address will do: the library reads the signature from the query.
        var expires = new BlobUriBuilder(new Uri($"https://account.blob.core.windows.net/?{signature.TrimStart('?')}")).Sas?.ExpiresOn ?? default;
        return expires == default ? null : expires;
    }

    private static string? Find(string connection)
    {
        try
        {
            return new DbConnectionStringBuilder { ConnectionString = connection }.TryGetValue(Member, out var signature) ? (string)signature : null;
        }
        catch (ArgumentException)
        {
            // FindProblems tells of it.
            return null;
        }
    }
}
