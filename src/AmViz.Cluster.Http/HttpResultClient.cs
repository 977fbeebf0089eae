namespace AmViz.Cluster.Http;

/// <summary>Fetches from a cluster's HTTP API what its sweeps have drawn, file by file as they lie in the cluster's store.</summary>
/// <param name="connection">Which API, as whom.</param>
/// <param name="time">The clock.</param>
public sealed class HttpResultClient(ApiConnection connection, TimeProvider time) : IDisposable
{
    private readonly ApiTransport _api = new(connection, time);

    /// <summary>A file of a sweep.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="name">Such as <c>sweep.json</c> or <c>manifest.parquet</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if the cluster's store has no such sweep, or the sweep no such file yet.</returns>
    /// <exception cref="ClusterUnreachableException">Patience is over.</exception>
    public Task<byte[]?> FileAsync(SweepId sweep, string name, CancellationToken cancellationToken) => _api.FindBytesAsync(ApiPaths.File(sweep, name), cancellationToken);

    /// <summary>A picture of a sweep.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="path">Its path in the store, as the manifest names it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if it is not there.</returns>
    /// <exception cref="ClusterUnreachableException">Patience is over.</exception>
    public Task<byte[]?> PictureAsync(SweepId sweep, string path, CancellationToken cancellationToken) => _api.FindBytesAsync(ApiPaths.Picture(sweep, path), cancellationToken);

    /// <summary>A file of the pass of photographs that a sweep is.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="path">Its path in the store.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if it is not there.</returns>
    /// <exception cref="ClusterUnreachableException">Patience is over.</exception>
    public Task<byte[]?> PassFileAsync(SweepId sweep, string path, CancellationToken cancellationToken) => _api.FindBytesAsync(ApiPaths.PassFile(sweep, path), cancellationToken);

    /// <summary>A table of a sweep that scores pictures.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="path">Its path in the store.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if it is not there.</returns>
    /// <exception cref="ClusterUnreachableException">Patience is over.</exception>
    public Task<byte[]?> ScoreFileAsync(SweepId sweep, string path, CancellationToken cancellationToken) => _api.FindBytesAsync(ApiPaths.ScoreFile(sweep, path), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _api.Dispose();
}
