namespace AmViz.Maximization;

/// <summary>Tells whatever goes wrong while a network is fetched, opened or loaded as what it is: the fault of this machine, and of no channel.</summary>
/// <param name="networks">Where they come from.</param>
internal sealed class FaultTellingNetworks(INetworkSource networks) : INetworkSource
{
    /// <inheritdoc/>
    /// <exception cref="DeviceFaultException">The network cannot be had here.</exception>
    public INetwork Load(string model, string weightsDigest, torch.Device device)
    {
        try
        {
            return networks.Load(model, weightsDigest, device);
        }
        catch (Exception e) when (e is not (OperationCanceledException or DeviceFaultException))
        {
            throw new DeviceFaultException(
                $"The network '{model}' cannot be loaded on {device}: {e.Message.TrimEnd('.')}. Expected the weights {weightsDigest} to be had here; the channels are left to other devices, and tried again.", e)
            {
                Scope = DeviceFaultScope.Network,
            };
        }
    }
}
