using AmViz.Cli.Engine;
using AmViz.Models;

namespace AmViz.Cli.Computing;

/// <summary>The networks of a process, for devices that show them pictures: one is opened at a time.</summary>
/// <param name="networks">Where they are found.</param>
internal sealed class ShownNetworks(OpenedNetworks networks) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Finds a network by the digest of its weights.</summary>
    /// <exception cref="DeviceFaultException">It cannot be had here.</exception>
    public async Task<NetworkSource> FindAsync(string model, string weightsDigest, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await networks.FindAsync(model, weightsDigest, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new DeviceFaultException($"The network '{model}' cannot be opened: {e.Message.TrimEnd('.')}. Expected the weights {weightsDigest} to be had here; what it is to be shown is left to other devices, and tried again.", e)
            {
                Scope = DeviceFaultScope.Network,
            };
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
