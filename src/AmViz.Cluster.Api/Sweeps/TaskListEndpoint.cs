using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AmViz.Cluster.Api;

/// <summary>Lists the tasks of a sweep.</summary>
internal static class TaskListEndpoint
{
    private const int UsualPage = 100;
    private const int LongestPage = 1000;

    /// <summary>Adds it.</summary>
    public static void Map(RouteGroupBuilder api)
        => api.MapGet("/sweeps/{id}/tasks", ListAsync).Needs(AccessRole.Read)
            .WithSummary("Channels of a sweep by network, layer, state (open, rendered, dead, notFinite, failed), part of the error or the whole (errorIs), in the order of the plan or the newest first (order=newest). As far as rows are written.");

    /// <summary>Lists them.</summary>
    public static async Task<TaskPage> ListAsync(
        SweepRows rows, string id, [FromQuery] string? model, [FromQuery] string? layer, [FromQuery] string? state, [FromQuery] string? error, [FromQuery] string? errorIs,
        [FromQuery] string? order, [FromQuery] int? limit, [FromQuery] string? after, CancellationToken cancellationToken)
    {
        var size = QueryWords.Within("limit", limit, 1, LongestPage) ?? UsualPage;
        var newest = order is not null && QueryWords.Read<TaskOrder>("order", order) == TaskOrder.Newest;
        var query = new RowQuery
        {
            Model = model,
            Layer = layer,
            End = state is null ? null : QueryWords.Read<TaskEnd>("state", state),
            Error = error,
            ErrorIs = errorIs,
        };
        if (newest && query.End == TaskEnd.Open)
        {
            throw new ProblemException(Problem.Malformed("order: 'newest' orders channels by when they ended. Expected another state than 'open', or no order."));
        }

        var last = after is null ? (RowCursor?)null : ReadCursor(after);
        var (_, table) = await rows.OfAsync(id, cancellationToken);
        var found = newest ? query.Newest(table, size, last) : query.InOrder(table, size, last?.Place);
        return new([.. found.Places.Select(place => TaskLine.Of(table, place))], found.Total, found.Next?.ToString());
    }

    private static RowCursor ReadCursor(string text) => RowCursor.TryParse(text, out var cursor)
        ? cursor
        : throw new ProblemException(Problem.Malformed($"after: '{ErrorWords.Shorten(text)}' is no place in a list of channels. Expected 'next' of the page before."));
}
