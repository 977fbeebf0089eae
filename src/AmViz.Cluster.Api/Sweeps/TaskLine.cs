namespace AmViz.Cluster.Api;

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
        var picture = row?.Outcome == ChannelOutcome.Rendered && layer.RecipeHash is { } recipe ? ResultLayout.Picture(task, recipe).Value : null;
        return new(task.Model, task.Layer, task.Channel, task.Seed, RowQuery.EndOf(row), row?.Label, row?.Objective, picture, row?.Error, row?.Device, row?.CommittedAt);
    }
}
