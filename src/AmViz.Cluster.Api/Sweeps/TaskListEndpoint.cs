using System.Globalization;
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

    private static async Task<TaskPage> ListAsync(
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

/// <summary>Some of the channels of a sweep.</summary>
/// <param name="Tasks">One a channel and seed.</param>
/// <param name="Total">How many match, on all pages.</param>
/// <param name="Next">What to give as <c>after</c> for those that follow; null: these were the last.</param>
public sealed record TaskPage(IReadOnlyList<TaskLine> Tasks, int Total, string? Next);

/// <summary>How a channel ended.</summary>
/// <param name="Model">Network.</param>
/// <param name="Layer">Layer.</param>
/// <param name="Channel">Channel from 0, or class index.</param>
/// <param name="Seed">Seed.</param>
/// <param name="State">How; open: it has not ended, as far as rows are written.</param>
/// <param name="Label">Name of the class; null: it has none, or it is open.</param>
/// <param name="Objective">Objective of the finished picture.</param>
/// <param name="Picture">Path of the picture; null: there is none.</param>
/// <param name="Error">Why there is none.</param>
/// <param name="Device">Silo and device that brought the result.</param>
/// <param name="At">When it was written down.</param>
public sealed record TaskLine(
    string Model, string Layer, int Channel, int Seed, TaskEnd State, string? Label, float? Objective, string? Picture, string? Error, string? Device, DateTimeOffset? At)
{
    /// <summary>The line of a task.</summary>
    internal static TaskLine Of(RowTable table, RowPlace place)
    {
        var task = table.TaskAt(place);
        var layer = table.Layers[place.Layer];
        var row = layer.Rows[place.Task];
        var picture = row?.Outcome == ChannelOutcome.Rendered ? ResultLayout.Picture(task, layer.RecipeHash).Value : null;
        return new(task.Model, task.Layer, task.Channel, task.Seed, RowQuery.EndOf(row), row?.Label, row?.Objective, picture, row?.Error, row?.Device, row?.CommittedAt);
    }
}

/// <summary>How a channel ended, if it has.</summary>
public enum TaskEnd
{
    /// <summary>It has not.</summary>
    Open,

    /// <summary>With a picture.</summary>
    Rendered,

    /// <summary>Nothing excites it.</summary>
    Dead,

    /// <summary>Its objective became NaN or infinite.</summary>
    NotFinite,

    /// <summary>By an error.</summary>
    Failed,
}

/// <summary>Orders of a list of channels.</summary>
internal enum TaskOrder
{
    /// <summary>By layer, channel and seed.</summary>
    Plan,

    /// <summary>Those that ended last first.</summary>
    Newest,
}

/// <summary>Where a page ends.</summary>
/// <param name="Ticks">When its last task ended; 0 in the order of the plan.</param>
/// <param name="Place">Its last task.</param>
internal readonly record struct RowCursor(long Ticks, RowPlace Place)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, out RowCursor cursor)
    {
        cursor = default;
        if (text.Split('-') is not [var ticks, var layer, var task] || !TryNumber(ticks, out var when) || !TryNumber(layer, out var first) || !TryNumber(task, out var second)
            || first > int.MaxValue || second > int.MaxValue)
        {
            return false;
        }

        cursor = new(when, new((int)first, (int)second));
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Ticks}-{Place.Layer}-{Place.Task}");

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
