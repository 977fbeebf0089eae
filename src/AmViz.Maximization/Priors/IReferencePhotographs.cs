namespace AmViz.Maximization;

/// <summary>Where photographs come from that recipes name.</summary>
public interface IReferencePhotographs
{
    /// <summary>A photograph.</summary>
    /// <param name="digest">SHA-256 of its file, lower-case hexadecimal.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The file; null if it is not known here.</returns>
    Task<ReadOnlyMemory<byte>?> ReadAsync(string digest, CancellationToken cancellationToken);
}

/// <summary>For recipes that name none.</summary>
public sealed class NoPhotographs : IReferencePhotographs
{
    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>?> ReadAsync(string digest, CancellationToken cancellationToken) => Task.FromResult<ReadOnlyMemory<byte>?>(null);
}
