using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace AmViz.Cluster.Api;

/// <summary>Asks about a sweep what the console's pages ask first, and answers nobody: what that reads is at hand afterwards, and its code is compiled.</summary>
/// <param name="sweeps">Its status.</param>
/// <param name="rows">Its rows: of a hundred thousand channels that is a second, which nobody likes to wait for.</param>
/// <param name="moments">When its state changed.</param>
/// <param name="previews">Its newest pictures, small.</param>
/// <param name="json">How answers are written.</param>
/// <param name="time">The clock.</param>
internal sealed class FirstLook(KnownSweeps sweeps, SweepRows rows, SweepMoments moments, PicturePreviews previews, IOptions<JsonOptions> json, TimeProvider time)
{
    // As many as the page of a sweep shows.
    private const int Newest = 24;

    /// <summary>Takes it.</summary>
    /// <exception cref="ProblemException">There is no such sweep.</exception>
    public async Task TakeAsync(string id, CancellationToken cancellationToken)
    {
        Write(new SweepPage([await sweeps.StatusWithDevicesAsync(id, cancellationToken)], Next: null));
        Write(await TimelineEndpoint.TellAsync(rows, moments, time, id, buckets: 1, cancellationToken));
        var newest = await TaskListEndpoint.ListAsync(
            rows, id, model: null, layer: null, state: "rendered", error: null, errorIs: null, order: "newest", Newest, after: null, cancellationToken);
        Write(newest);
        string[] pictures = [.. newest.Tasks.Select(task => task.Picture).OfType<string>()];
        if (pictures.Length > 0)
        {
            Write(await PreviewEndpoint.PreviewsAsync(sweeps, previews, id, pictures, size: null, cancellationToken));
        }
    }

    private void Write<T>(T answer) => JsonSerializer.SerializeToUtf8Bytes(answer, json.Value.SerializerOptions);
}
