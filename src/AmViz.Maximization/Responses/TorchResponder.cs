using System.Runtime.InteropServices;
using AmViz.Imaging;
using AmViz.Responses;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Shows photographs to a network with torch; all tensor work runs on the device's own thread.</summary>
public sealed class TorchResponder : IResponder
{
    private readonly NetworkSource _source;
    private readonly RendererOptions _options;
    private readonly TorchDevice _device;
    private INetwork? _network;

    /// <summary>Takes a device into use.</summary>
    /// <param name="source">The network; loaded when it is first needed.</param>
    /// <param name="options">Which device, and how; batches are the caller's.</param>
    /// <exception cref="ChannelRenderException">There is no such device.</exception>
    public TorchResponder(NetworkSource source, RendererOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        (_source, _options) = (source, options);
        _device = new TorchDevice(options);
    }

    /// <inheritdoc/>
    public string Environment
    {
        get
        {
            var described = Devices.Describe(_device.Device, _options.Threads, batchSize: 1);
            return FormattableString.Invariant($"{described.Backend}, {described.Processor}, threads {described.Threads}");
        }
    }

    private INetwork Network => _network ??= _source.Load(_device.Device);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LayerResponses>> RespondAsync(
        IReadOnlyList<Picture> pictures, IReadOnlyList<string> layers, int batch, CancellationToken cancellationToken)
        => RunAsync(batch, () => Respond(Network, PaddedBatch.Fill(pictures, batch), layers, pictures.Count), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PictureView>> ViewAsync(IReadOnlyList<Picture> pictures, int batch, CancellationToken cancellationToken)
        => RunAsync(batch, () => View(PaddedBatch.Fill(pictures, batch), pictures.Count), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<float[]>> ReadMapsAsync(string layer, IReadOnlyList<MapRequest> requests, int batch, CancellationToken cancellationToken)
        => RunAsync(batch, () => ReadMaps(layer, PaddedBatch.Fill(requests, batch), requests.Count), cancellationToken);

    /// <inheritdoc/>
    public Task<ReceptiveField> MeasureFieldAsync(RespondingLayer layer, CancellationToken cancellationToken)
        => RunAsync(1, () => new FieldProbe(Network).Theoretical(layer, _source.Description.InputSize), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PixelBox?>> MeasureEffectiveAsync(string layer, IReadOnlyList<FieldRequest> requests, int batch, CancellationToken cancellationToken)
        => RunAsync(batch, () => MeasureEffective(layer, requests, batch), cancellationToken);

    /// <summary>Ends the device's thread after the work that was asked for, and frees the network.</summary>
    public void Dispose()
    {
        _device.Dispose();
        _network?.Dispose();
    }

    private IReadOnlyList<PictureView> View(IReadOnlyList<Picture> pictures, int count)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return PictureViews.Of(Network, NetworkInput.ToImages(pictures, _source.Description, _device.Device), count);
    }

    private IReadOnlyList<float[]> ReadMaps(string layer, IReadOnlyList<MapRequest> requests, int count)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var images = NetworkInput.ToImages([.. requests.Select(request => request.Picture)], _source.Description, _device.Device);
        var channels = tensor(requests.Select(request => (long)request.Channel).ToArray(), device: images.device);
        var maps = Network.ForwardChannels(images, layer, channels).flatten(1);                 // [N, P]
        var prefix = _source.Description.FindLayer(layer, _source.Description.InputSize).PrefixTokens;
        var patches = maps.narrow(0, 0, count).narrow(1, prefix, maps.shape[1] - prefix).to(ScalarType.Float32).cpu().contiguous();
        return [.. patches.data<float>().ToArray().Chunk((int)patches.shape[1])];
    }

    private IReadOnlyList<PixelBox?> MeasureEffective(string layer, IReadOnlyList<FieldRequest> requests, int batch)
    {
        using var scope = NewDisposeScope();
        var filled = PaddedBatch.Fill(requests, batch);
        var images = NetworkInput.ToImages([.. filled.Select(request => request.Picture)], _source.Description, _device.Device);
        return
        [
            .. new FieldProbe(Network)
                .Effective(images, layer, [.. filled.Select(request => request.Channel)], [.. filled.Select(request => request.Position)])
                .Take(requests.Count),
        ];
    }

    /// <summary>Shows a whole batch.</summary>
    /// <param name="network">To which network.</param>
    /// <param name="pictures">All pictures of the batch.</param>
    /// <param name="layers">Resolved names.</param>
    /// <param name="count">How many of them are wanted; the rest fills the batch.</param>
    internal static IReadOnlyList<LayerResponses> Respond(INetwork network, IReadOnlyList<Picture> pictures, IReadOnlyList<string> layers, int count)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();               // not inference mode: what a network remembers of a run must serve gradients later
        var images = NetworkInput.ToImages(pictures, network.Description, network.Device);
        var responses = new LayerResponses[layers.Count];
        void Put(IEnumerable<int> places, LayerResponses found)
        {
            foreach (var place in places)
            {
                responses[place] = found;
            }
        }

        network.VisitLayers(
            images, layers, (place, values) => responses[place] = values.dim() == 2 ? ClassOdds.Of(values, count) : MapReduction.Of(values, count),
            (before, after, values, ceiling) =>
            {
                var found = MapReduction.Clip(values, ceiling, count);
                Put(before, found.Before);
                Put(after, found.After);
            });
        return responses;
    }

    private async Task<T> RunAsync<T>(int pictures, Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await _device.RunAsync(work, cancellationToken);
        }
        catch (ExternalException e)
        {
            throw new ChannelRenderException(
                $"Torch failed on {_device.Device} with {pictures} pictures of {_source.Description.InputSize} px: {e.Message.Split('\n', 2)[0]} If memory ran out, ask for a smaller --batch.", e);
        }
    }
}
