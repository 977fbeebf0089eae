using AmViz.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Attacks;

/// <summary>Passes everything on and shows every image that the network is given.</summary>
internal sealed class WatchedNetwork(INetwork network, Action<Tensor> watch) : INetwork
{
    public NetworkDescription Description => network.Description;

    public Device Device => network.Device;

    public Tensor Forward(Tensor images, string layer, Tensor? redirected = null)
    {
        Show(images);
        return network.Forward(images, layer, redirected);
    }

    public Tensor ForwardChannels(Tensor images, string layer, Tensor channels, Tensor? redirected = null)
    {
        Show(images);
        return network.ForwardChannels(images, layer, channels, redirected);
    }

    public long MultiplyAdds(string layer, int size) => network.MultiplyAdds(layer, size);

    public void Dispose() => network.Dispose();

    private void Show(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        watch(images.detach());
    }
}
