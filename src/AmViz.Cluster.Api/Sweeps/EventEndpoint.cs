using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AmViz.Cluster.Api;

/// <summary>Tells of a sweep as it goes on, as server-sent events.</summary>
internal static class EventEndpoint
{
    private const string LastEventId = "Last-Event-ID";

    // Shorter than the patience of the usual proxies.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    // How soon a stream ends whose key was revoked.
    private static readonly TimeSpan KeyInterval = TimeSpan.FromSeconds(0.5);

    /// <summary>Adds it.</summary>
    public static void Map(RouteGroupBuilder api)
        => api.MapGet("/sweeps/{id}/events", TellAsync).Needs(AccessRole.Read).Produces(StatusCodes.Status200OK, contentType: "text/event-stream").Produces(StatusCodes.Status204NoContent)
            .WithSummary("Server-sent events: the status of a sweep whenever it changes, until it has ended; Last-Event-ID resumes. 204 if there is nothing more to come.");

    private static async Task TellAsync(HttpContext context, KnownSweeps sweeps, SweepEvents events, Callers callers, TimeProvider time, string id, CancellationToken cancellationToken)
    {
        var last = ReadLast(context.Request);
        using var watch = events.Begin(await sweeps.StatusAsync(id, cancellationToken));
        if (last is not null && watch.Log.IsOver(last.Value))
        {
            // A browser that has heard the end comes back no more.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var (told, keySeen) = (time.GetTimestamp(), time.GetTimestamp());
        while (!cancellationToken.IsCancellationRequested)
        {
            // Asked before what there is, so that nothing that came before the end is left out.
            var (grown, isGone) = (watch.Log.Grown, watch.Log.IsGone);
            foreach (var one in watch.Log.After(last))
            {
                await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"id: {one.Number}\nevent: status\ndata: {one.Data}\n\n"), cancellationToken);
                (last, told) = (one.Number, time.GetTimestamp());
                if (one.IsLast)
                {
                    return;
                }
            }

            if (isGone)
            {
                // Who comes back hears that there is no such sweep.
                return;
            }

            if (time.GetElapsedTime(told) >= Heartbeat)
            {
                await context.Response.WriteAsync(": still there\n\n", cancellationToken);
                told = time.GetTimestamp();
            }

            await context.Response.Body.FlushAsync(cancellationToken);
            await Task.WhenAny(grown, Task.Delay(KeyInterval, time, cancellationToken));
            if (time.GetElapsedTime(keySeen) >= KeyInterval)
            {
                keySeen = time.GetTimestamp();
                if (!await callers.IsStillOpenAsync(context))
                {
                    return;
                }
            }
        }
    }

    private static long? ReadLast(HttpRequest request) => request.Headers[LastEventId] switch
    {
        [] or [""] => null,
        [{ } text] when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        var other => throw new ProblemException(Problem.Malformed($"{LastEventId}: '{ErrorWords.Shorten(other.ToString())}' is not the id of an event. Expected the number of the last 'id:' line, or leave the header out.")),
    };
}
