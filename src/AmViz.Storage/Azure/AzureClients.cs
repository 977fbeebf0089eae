using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace AmViz.Storage;

/// <summary>Makes clients of a container out of options.</summary>
internal static class AzureClients
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>A client; nothing is sent yet.</summary>
    /// <exception cref="ArgumentException">The options cannot be used.</exception>
    public static BlobContainerClient Open(AzureStoreOptions options)
    {
        var problems = options.FindProblems().ToArray();
        if (problems.Length > 0)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        var client = Describe(options);
        if (options.ConnectionString is { } connection)
        {
            return new(connection, options.Container, client);
        }

        var account = AzureAccount.TryParse(options.AccountUrl!)!;
        var address = new BlobUriBuilder(account.Service) { BlobContainerName = options.Container }.ToUri();
        return account.HasSignature
            ? new(address, new AzureSasCredential(account.Signature), client)
            : new(address, new DefaultAzureCredential(), client);
    }

    /// <summary>Whether a connection string is one.</summary>
    public static bool CanRead(string connection)
    {
        try
        {
            return new BlobServiceClient(connection) is not null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            // Told without its message, which may quote a part of the secret.
            return false;
        }
    }

    private static BlobClientOptions Describe(AzureStoreOptions options)
    {
        var client = options.ServiceVersion is { } version ? new BlobClientOptions(AzureServiceVersions.Find(version)!.Value) : new();
        client.Retry.Mode = RetryMode.Exponential;
        client.Retry.MaxRetries = options.Retries;
        client.Retry.Delay = options.FirstPause;
        client.Retry.MaxDelay = LongestPause;
        client.Retry.NetworkTimeout = options.TryTimeout;
        client.Diagnostics.IsDistributedTracingEnabled = false;
        client.AddPolicy(AzureCall.Watch, HttpPipelinePosition.PerRetry);
        options.Configure?.Invoke(client);
        return client;
    }
}
