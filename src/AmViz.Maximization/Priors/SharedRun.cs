using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>A network whose objective and prior are read off one run of it.</summary>
/// <param name="network">The network.</param>
/// <param name="layers">Layers that are asked for together, of the same pictures.</param>
/// <param name="target">Layer of the objective.</param>
internal sealed class SharedRun(INetwork network, IReadOnlyList<string> layers, string target) : INetwork
{
    private readonly string[] _all = [.. layers, target];
    private (Tensor Images, IReadOnlyList<Tensor> Values)? _run;

    /// <inheritdoc/>
    public NetworkDescription Description => network.Description;

    /// <inheritdoc/>
    public Device Device => network.Device;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, ChannelMoments> TrainingMoments => network.TrainingMoments;

    /// <inheritdoc/>
    public Tensor Forward(Tensor images, string layer, Tensor? redirected = null) => network.Forward(images, layer, redirected);

    /// <summary>Of the pictures of the last call nothing is computed again.</summary>
    /// <inheritdoc/>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images, IReadOnlyList<string> wanted)
        => wanted.SequenceEqual(layers, StringComparer.Ordinal) ? [.. Run(images).Take(layers.Count)] : network.ForwardLayers(images, wanted);

    /// <inheritdoc/>
    public Tensor ForwardChannels(Tensor images, string layer, Tensor channels, Tensor? redirected = null)
    {
        if (layer != target)
        {
            return network.ForwardChannels(images, layer, channels, redirected);
        }

        if (redirected is not null)
        {
            throw new ArgumentException("A shared run redirects no gradients: other pictures of the batch would be computed in another way.", nameof(redirected));
        }

        var values = Run(images)[^1];
        values = values.dim() == 2 ? values.unsqueeze(2).unsqueeze(3) : values;                                  // [N, C, h, w]
        return values.gather(1, channels.view(-1, 1, 1, 1).expand(-1, 1, values.shape[2], values.shape[3])).squeeze(1);
    }

    /// <inheritdoc/>
    public long MultiplyAdds(string layer, int size) => network.MultiplyAdds(layer, size);

    /// <summary>Frees nothing: the network is its owner's.</summary>
    public void Dispose()
    {
    }

    private IReadOnlyList<Tensor> Run(Tensor images)
    {
        if (_run is not { } run || !ReferenceEquals(run.Images, images))
        {
            _run = (images, network.ForwardLayers(images, _all));
        }

        return _run.Value.Values;
    }
}
