using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AmViz.Cluster.Api;

/// <summary>Tells when a sweep got what from which device.</summary>
internal static class TimelineEndpoint
{
    private const int UsualBuckets = 120;
    private const int MostBuckets = 300;

    /// <summary>Adds it.</summary>
    public static void Map(RouteGroupBuilder api)
        => api.MapGet("/sweeps/{id}/timeline", TellAsync).Needs(AccessRole.Read)
            .WithSummary("The present run of a sweep in at most 300 equal stretches of time (buckets): pictures and failures of each device; device seconds; when it was begun, paused, resumed, ended.");

    /// <summary>Tells it.</summary>
    public static async Task<SweepTimeline> TellAsync(
        SweepRows rows, SweepMoments moments, TimeProvider time, string id, [FromQuery] int? buckets, CancellationToken cancellationToken)
    {
        var count = QueryWords.Within("buckets", buckets, 1, MostBuckets) ?? UsualBuckets;
        var (status, table) = await rows.OfAsync(id, cancellationToken);
        var known = await moments.OfAsync(status, cancellationToken);
        return SweepTimeline.Of(table, status, known, count, time.GetUtcNow());
    }
}
