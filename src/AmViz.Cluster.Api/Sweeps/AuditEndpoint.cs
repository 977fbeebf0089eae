using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AmViz.Cluster.Api;

/// <summary>Who changed what, and who was refused.</summary>
internal static class AuditEndpoint
{
    private const int UsualPage = 100;
    private const int LongestPage = 1000;

    /// <summary>Adds it.</summary>
    public static void Map(RouteGroupBuilder api)
        => api.MapGet("/audit", ReadAsync).Needs(AccessRole.Admin).WithSummary("Every request that changed something or was refused, the oldest first; a coordinator writes its lines within seconds.");

    private static Task<AuditPage> ReadAsync(AuditHistory history, [FromQuery] string? after, [FromQuery] int? limit, CancellationToken cancellationToken)
    {
        var size = QueryWords.Within("limit", limit, 1, LongestPage) ?? UsualPage;
        AuditPosition? last = after is null ? null
            : AuditPosition.TryParse(after, out var position) ? position
            : throw new ProblemException(Problem.Malformed($"after: '{ErrorWords.Shorten(after)}' is no position in the audit. Expected 'next' of the page before, or 'position' of a line."));
        return history.ReadAsync(last, size, cancellationToken);
    }
}
