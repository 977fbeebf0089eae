using System.Collections.Concurrent;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Networks;
using TorchSharp;

namespace AmViz.Drawing;

/// <summary>Draws channels of networks, one picture a call: the way in for programs that use this as a library.</summary>
/// <remarks>
/// The network that was drawn last stays loaded until another one is drawn, or until the painter is disposed of. Calls may overlap; pictures are drawn one after the
/// other. A picture has the same bits as the one that <c>amviz run</c> draws of the same network, layer, channel, recipe and seed on such a device.
/// </remarks>
public sealed class ChannelPainter : IDisposable
{
    private readonly OpenedNetworks _networks = new();
    private readonly TorchChannelRenderer _renderer;

    /// <summary>Takes a device into use.</summary>
    /// <param name="options">Which device, and how. Default: the first GPU or else the CPU, one picture at a time.</param>
    /// <exception cref="ChannelRenderException">There is no such device.</exception>
    public ChannelPainter(RendererOptions? options = null) => _renderer = new(_networks, options ?? new() { BatchSize = 1 });

    /// <summary>Draws what excites a channel most.</summary>
    /// <param name="network">The network; see <see cref="NetworkCatalogue.Open"/>.</param>
    /// <param name="layer">Name of one layer, as <c>amviz models show</c> lists them; <c>logits</c> for the classes.</param>
    /// <param name="channel">Number of the channel, from 0.</param>
    /// <param name="recipe">How to draw; null: <see cref="Recipes.Paper"/>. A size of 0 stands for the network's input size.</param>
    /// <param name="seed">Another seed starts from another noise. 0 or more.</param>
    /// <param name="progress">Receives the steps; may be null.</param>
    /// <param name="cancellationToken">Honoured between two steps.</param>
    /// <returns>
    /// The PNG in <see cref="RenderedChannel.Picture"/> and what is known of it in <see cref="RenderedChannel.Record"/>. A channel that nothing excites is no
    /// exception: its <see cref="RenderedChannel.Outcome"/> and <see cref="RenderedChannel.Error"/> say so.
    /// </returns>
    /// <exception cref="SpecException">There is no such layer or channel, or a number of the recipe is out of range: every mistake at once.</exception>
    /// <exception cref="DeviceFaultException">The network cannot be loaded, or the device cannot draw it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<RenderedChannel> DrawAsync(
        NetworkSource network, string layer, int channel, RenderRecipe? recipe = null, int seed = 0,
        IProgress<BatchProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        var spec = new SweepSpec
        {
            Models = [new() { Model = network.Description.Name, Layers = [new(layer, ChannelSet.Of(channel))] }],
            Recipe = recipe ?? Recipes.Paper,
            Seeds = [seed],
        };
        var plan = SweepPlanner.Plan(spec, _ => new CatalogueModelDescription(network.Description));
        if (plan.TaskCount != 1)
        {
            throw new SpecException([new("layer", $"'{layer}' stands for {plan.TaskCount} layers of '{network.Description.Name}': {string.Join(", ", plan.Layers.Select(found => found.Layer))}. Expected one.")]);
        }

        _networks.Add(network);
        var shard = plan.Shards().First();
        var drawn = await _renderer.RenderAsync(new(shard.Recipe, [shard.TaskAt(0)], _renderer.BatchSize), progress, checkpoints: null, cancellationToken);
        return drawn[0];
    }

    /// <summary>Ends the device's thread after the picture that it draws, and frees the network.</summary>
    public void Dispose() => _renderer.Dispose();

    /// <summary>The networks that were drawn, by the digest of their weights.</summary>
    private sealed class OpenedNetworks : INetworkSource
    {
        private readonly ConcurrentDictionary<string, NetworkSource> _sources = new(StringComparer.Ordinal);

        public void Add(NetworkSource source) => _sources[source.Description.WeightsDigest] = source;

        public INetwork Load(string model, string weightsDigest, torch.Device device) => _sources[weightsDigest].Load(device);
    }
}
