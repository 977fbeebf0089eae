using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AmViz.Cluster.Http;

/// <summary>A client of a cluster's HTTP API for the networks of its store: what is there, and uploads in parts. <see cref="NetworkUploader"/> makes one upload of them.</summary>
/// <remarks>Refusals are <see cref="RequestRefusedException"/>, thrown at once; a cluster that is out of reach is waited for.</remarks>
/// <param name="connection">Which API, as whom.</param>
/// <param name="time">The clock.</param>
public sealed class HttpNetworkClient(ApiConnection connection, TimeProvider time) : IDisposable
{
    /// <summary>Longest part of a file, in bytes, that the API takes.</summary>
    public const int LongestPart = 1 << 23;

    private const string JsonType = "application/json";

    // A part over a slow line, or a network that is checked and stored at the end.
    private static readonly TimeSpan LongTime = TimeSpan.FromMinutes(10);

    private readonly ApiTransport _api = new(connection, time);

    /// <summary>A network that the store has.</summary>
    /// <param name="weightsDigest">SHA-256 of its weights.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if the store has none such.</returns>
    public Task<NetworkInStore?> FindAsync(string weightsDigest, CancellationToken cancellationToken)
        => FindAsync(_api.SendAsync<NetworkInStore>(() => new(HttpMethod.Get, ApiPaths.Network(weightsDigest)), cancellationToken), "unknown-network");

    /// <inheritdoc/>
    public void Dispose() => _api.Dispose();

    /// <summary>Begins an upload.</summary>
    /// <returns>Its id. One whose answer was lost is removed by the cluster after a day.</returns>
    internal async Task<string> BeginAsync(CancellationToken cancellationToken)
        => (await _api.SendAsync<BegunUpload>(() => new(HttpMethod.Post, ApiPaths.Uploads), cancellationToken)).Id;

    /// <summary>What has come of an upload.</summary>
    /// <returns>Null if there is no such upload any more.</returns>
    internal Task<IReadOnlyList<ArrivedFile>?> ArrivedAsync(string upload, CancellationToken cancellationToken)
        => FindAsync(_api.SendAsync<IReadOnlyList<ArrivedFile>>(() => new(HttpMethod.Get, ApiPaths.Upload(upload)), cancellationToken), "unknown-upload");

    /// <summary>Sends a part; the same part again does no harm.</summary>
    internal Task PutAsync(string upload, string file, long offset, ReadOnlyMemory<byte> part, CancellationToken cancellationToken)
    {
        var path = ApiPaths.Part(upload, file, offset, Convert.ToHexStringLower(SHA256.HashData(part.Span)));
        return _api.SendAsync(() => new(HttpMethod.Put, path) { Content = new ReadOnlyMemoryContent(part) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } } }, cancellationToken, LongTime);
    }

    /// <summary>Has the cluster check what came and put it into its store.</summary>
    internal Task<KnownNetwork> CompleteAsync(string upload, CompletedUpload network, CancellationToken cancellationToken)
        => _api.SendAsync<KnownNetwork>(
            () => new(HttpMethod.Post, $"{ApiPaths.Upload(upload)}/complete") { Content = new StringContent(JsonSerializer.Serialize(network, SweepJson.Compact), Encoding.UTF8, JsonType) }, cancellationToken, LongTime);

    /// <summary>Gives an upload up.</summary>
    internal Task RemoveAsync(string upload, CancellationToken cancellationToken)
        => _api.SendAsync(() => new(HttpMethod.Delete, ApiPaths.Upload(upload)), cancellationToken);

    private static async Task<T?> FindAsync<T>(Task<T> asking, string unknown)
        where T : class
    {
        try
        {
            return await asking;
        }
        catch (RequestRefusedException e) when (e.Status == (int)HttpStatusCode.NotFound && e.Kind == unknown)
        {
            return null;
        }
    }
}
