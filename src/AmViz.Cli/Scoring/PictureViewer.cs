using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Responses;

namespace AmViz.Cli.Scoring;

/// <summary>Shows stored pictures to a network, batch by batch.</summary>
/// <param name="responder">The network.</param>
internal sealed class PictureViewer(IResponder responder)
{
    /// <summary>What the network makes of each picture.</summary>
    /// <param name="places">Where they lie.</param>
    /// <param name="read">Reads one.</param>
    /// <param name="report">Told how many were shown.</param>
    /// <param name="cancellationToken">Honoured between two batches.</param>
    public async Task<IReadOnlyList<PictureView>> ViewAsync<T>(IReadOnlyList<T> places, Func<T, CancellationToken, Task<Picture>> read, Action<int> report, CancellationToken cancellationToken)
    {
        var views = new List<PictureView>(places.Count);
        foreach (var some in places.Chunk(ResponsePlan.DefaultBatch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var pictures = await Task.WhenAll(some.Select(place => read(place, cancellationToken)));
            views.AddRange(await responder.ViewAsync(pictures, ResponsePlan.DefaultBatch, cancellationToken));
            report(views.Count);
        }

        return views;
    }
}
