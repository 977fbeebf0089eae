using AmViz.Imaging;
using AmViz.Responses;
using AmViz.Weights;

namespace AmViz.Maximization;

/// <summary>A value of a map whose effective receptive field is wanted.</summary>
/// <param name="Picture">As <see cref="NetworkInput.Read(string, NetworkDescription)"/> makes it.</param>
/// <param name="Channel">Which channel.</param>
/// <param name="Position">Where in its map, counted row by row from 0.</param>
public sealed record FieldRequest(Picture Picture, int Channel, int Position);

/// <summary>A picture and the channel whose map of it is wanted.</summary>
/// <param name="Picture">As <see cref="NetworkInput.Read(string, NetworkDescription)"/> makes it.</param>
/// <param name="Channel">Which channel.</param>
public sealed record MapRequest(Picture Picture, int Channel);

/// <summary>Shows photographs to one network on one device.</summary>
public interface IResponder : IDisposable
{
    /// <summary>What chooses the last bits of a response: backend, processor and threads.</summary>
    string Environment { get; }

    /// <summary>How channels respond to photographs: one run of the network for all layers.</summary>
    /// <param name="pictures">1 to <paramref name="batch"/>, as <see cref="NetworkInput.Read(string, NetworkDescription)"/> makes them.</param>
    /// <param name="layers">Resolved names.</param>
    /// <param name="batch">Pictures of a run; fewer are filled up, so that kernels are the same.</param>
    /// <param name="cancellationToken">Honoured before it begins.</param>
    /// <returns>One a layer.</returns>
    /// <exception cref="NetworkException">There is no such layer, or the weights cannot be loaded.</exception>
    /// <exception cref="ChannelRenderException">Torch failed, as when memory runs out.</exception>
    Task<IReadOnlyList<LayerResponses>> RespondAsync(IReadOnlyList<Picture> pictures, IReadOnlyList<string> layers, int batch, CancellationToken cancellationToken);

    /// <summary>What the network makes of whole pictures: what its classifier is given, and what it says; see <see cref="RepresentationLayer"/>.</summary>
    /// <param name="pictures">As for <see cref="RespondAsync"/>.</param>
    /// <param name="batch">As for <see cref="RespondAsync"/>.</param>
    /// <param name="cancellationToken">Honoured before it begins.</param>
    /// <returns>One a picture: the class token of the layer before the classifier where there is one, else its mean over positions.</returns>
    Task<IReadOnlyList<PictureView>> ViewAsync(IReadOnlyList<Picture> pictures, int batch, CancellationToken cancellationToken);

    /// <summary>The map of one channel of each picture.</summary>
    /// <param name="layer">Resolved name.</param>
    /// <param name="requests">1 to <paramref name="batch"/>.</param>
    /// <param name="batch">As for <see cref="RespondAsync"/>.</param>
    /// <param name="cancellationToken">Honoured before it begins.</param>
    /// <returns>One a request, row by row; of tokens those of the patches.</returns>
    Task<IReadOnlyList<float[]>> ReadMapsAsync(string layer, IReadOnlyList<MapRequest> requests, int batch, CancellationToken cancellationToken);

    /// <summary>The theoretical receptive field of a layer.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="cancellationToken">Honoured before it begins.</param>
    Task<ReceptiveField> MeasureFieldAsync(RespondingLayer layer, CancellationToken cancellationToken);

    /// <summary>What of a picture moved a value most.</summary>
    /// <param name="layer">Resolved name.</param>
    /// <param name="requests">1 to <paramref name="batch"/>.</param>
    /// <param name="batch">As for <see cref="RespondAsync"/>.</param>
    /// <param name="cancellationToken">Honoured before it begins.</param>
    /// <returns>One a request; null where nothing moves the value.</returns>
    Task<IReadOnlyList<PixelBox?>> MeasureEffectiveAsync(string layer, IReadOnlyList<FieldRequest> requests, int batch, CancellationToken cancellationToken);
}
