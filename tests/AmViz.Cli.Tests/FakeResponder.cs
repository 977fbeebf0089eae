using System.Collections.Concurrent;
using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Responses;

namespace AmViz.Cli.Tests;

/// <summary>A network whose channel n responds with the mean red of a picture, times n + 1; the strongest place is the first one.</summary>
internal sealed class FakeResponder(NetworkDescription network, ConcurrentQueue<Picture> shown) : IResponder
{
    public string Environment => "fake";

    public Action? OnShow { get; init; }

    /// <summary>The response to a mean red, of a channel.</summary>
    public Func<float, int, float> Respond { get; init; } = (red, channel) => (channel + 1) * red;

    public Task<IReadOnlyList<LayerResponses>> RespondAsync(IReadOnlyList<Picture> pictures, IReadOnlyList<string> layers, int batch, CancellationToken cancellationToken)
    {
        OnShow?.Invoke();
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var picture in pictures)
        {
            shown.Enqueue(picture);
        }

        return Task.FromResult<IReadOnlyList<LayerResponses>>([.. layers.Select(layer => Of(pictures, network.FindLayer(layer, network.InputSize).ChannelCount))]);
    }

    /// <summary>What it makes of a whole picture: its mean red and 1; the classes are the likelier the later.</summary>
    public Task<IReadOnlyList<PictureView>> ViewAsync(IReadOnlyList<Picture> pictures, int batch, CancellationToken cancellationToken)
    {
        OnShow?.Invoke();
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var picture in pictures)
        {
            shown.Enqueue(picture);
        }

        return Task.FromResult<IReadOnlyList<PictureView>>([.. pictures.Select(picture => new PictureView([RedOf(picture), 1], [.. network.Labels.Select((_, place) => (float)place)]))]);
    }

    /// <summary>A map of four places, of which one responds.</summary>
    public Task<IReadOnlyList<float[]>> ReadMapsAsync(string layer, IReadOnlyList<MapRequest> requests, int batch, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<float[]>>([.. requests.Select(_ => new[] { 0, 0, float.MaxValue / 1e30f, 0 })]);

    public Task<ReceptiveField> MeasureFieldAsync(RespondingLayer layer, CancellationToken cancellationToken)
        => Task.FromResult(new ReceptiveField(new(Size: 8, Stride: 4, Offset: -2), new(Size: 8, Stride: 4, Offset: -2)));

    public Task<IReadOnlyList<PixelBox?>> MeasureEffectiveAsync(string layer, IReadOnlyList<FieldRequest> requests, int batch, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<PixelBox?>>([.. requests.Select(request => (PixelBox?)new PixelBox(1, 2, 3, 4))]);

    public void Dispose()
    {
    }

    private LayerResponses Of(IReadOnlyList<Picture> pictures, int channels)
    {
        var responses = LayerResponses.Empty(pictures.Count, channels);
        for (var at = 0; at < responses.Peaks.Length; at++)
        {
            responses.Peaks[at] = responses.Means[at] = Respond(RedOf(pictures[at / channels]), at % channels);
        }

        return responses;
    }

    private static float RedOf(Picture picture) => picture.ToPlanes().Take(picture.Width * picture.Height).Sum();
}
