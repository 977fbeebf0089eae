using System.Text.RegularExpressions;
using Azure.Storage.Blobs;

namespace AmViz.Storage;

/// <summary>Which container of which account, and how long to be patient with it.</summary>
/// <remarks>Exactly one of <see cref="ConnectionString"/> and <see cref="AccountUrl"/> says where the account is.</remarks>
public sealed partial record AzureStoreOptions
{
    /// <summary>The container; made by the first write.</summary>
    public required string Container { get; init; }

    /// <summary>A connection string with an account key or a shared access signature. A secret: it appears in no message.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>
    /// Address of the account, such as <c>https://NAME.blob.core.windows.net</c>, or of the container. With a shared access signature
    /// (<c>?sv=...&amp;sig=...</c>) that is used; without one, Azure.Identity: workload identity in a cluster, environment, managed identity, Azure CLI.
    /// </summary>
    public string? AccountUrl { get; init; }

    /// <summary>Version of the service's interface to speak, such as <c>2025-11-05</c>, for older endpoints. Default: the newest that the library knows.</summary>
    public string? ServiceVersion { get; init; }

    /// <summary>Tries after the first one. Default: 6, which with growing pauses bridges an outage of about half a minute.</summary>
    public int Retries { get; init; } = 6;

    /// <summary>Pause before the second try; doubled for every further one, up to 10 s, and varied by a fifth at random. Default: 0.5 s.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How long one try may be without an answer. Default: 15 s.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a call may take with all its tries before the store counts as out of reach, whatever pause the service asks for;
    /// of blobs larger than <see cref="BlockSize"/>, and of reading, a stretch of that size. Default: 60 s.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>When the shared access signature of the address or of the connection string expires (<c>se</c>); null without one, and where a policy of the container says it (<c>si</c>).</summary>
    public DateTimeOffset? SignatureExpiration => SharedAccessSignature.ExpirationOf(this);

    /// <summary>Bytes that are sent or fetched in one request at most.</summary>
    internal int BlockSize { get; init; } = 8 << 20;

    /// <summary>Blobs asked for in one page of a listing; null: as many as the service gives.</summary>
    internal int? PageSize { get; init; }

    /// <summary>Changes the client, for tests.</summary>
    internal Action<BlobClientOptions>? Configure { get; init; }

    /// <summary>What is wrong with these options, for people; none if they can be used.</summary>
    public IEnumerable<string> FindProblems()
    {
        if (!ContainerName().IsMatch(Container))
        {
            yield return $"'{Container}' is not the name of a container. Expected 3 to 63 lower-case letters, digits and single hyphens, beginning and ending with a letter or digit.";
        }

        if ((ConnectionString is null) == (AccountUrl is null))
        {
            yield return $"Found {(AccountUrl is null ? "neither a connection string nor the address of an account" : "both a connection string and the address of an account")}. Expected one of the two.";
        }

        if (ConnectionString is not null && !AzureClients.CanRead(ConnectionString))
        {
            yield return "The connection string cannot be read. Expected one as the portal or 'az storage account show-connection-string' gives: DefaultEndpointsProtocol=...;AccountName=...;AccountKey=...";
        }

        var account = AccountUrl is null ? null : AzureAccount.TryParse(AccountUrl);
        if (AccountUrl is not null && account is null)
        {
            yield return "The address of the account is no absolute http or https address. Expected such as https://NAME.blob.core.windows.net, with or without a shared access signature.";
        }

        if (account is { Container: { } named } && named != Container)
        {
            yield return $"The address of the account is that of the container '{named}', and the store is the container '{Container}'. Name one container.";
        }

        if (account is { HasSignature: false, Service.Scheme: "http" })
        {
            yield return "The address of the account is http and has no shared access signature. Tokens are sent over https only: use https, a signature or a connection string.";
        }

        if (ServiceVersion is not null && AzureServiceVersions.Find(ServiceVersion) is null)
        {
            yield return $"'{ServiceVersion}' is not a service version that this program knows. Expected one of {string.Join(", ", AzureServiceVersions.Newest)} or older.";
        }

        if (Retries < 0 || FirstPause < TimeSpan.Zero || TryTimeout <= TimeSpan.Zero || Patience <= TimeSpan.Zero)
        {
            yield return "The number of retries or a time is out of range. Expected no negative number, and timeouts above zero.";
        }
    }

    // learn.microsoft.com, "Naming and referencing containers": no two hyphens side by side.
    [GeneratedRegex("^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ContainerName();
}
