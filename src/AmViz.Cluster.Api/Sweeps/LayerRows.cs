namespace AmViz.Cluster.Api;

/// <summary>The rows of a layer by the numbers of its tasks: all seeds of a channel follow each other.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Rows">A row for each task of the layer; null: it has not ended.</param>
/// <param name="RecipeHash">Hash of the recipe that the layer is drawn by: a part of the address of each picture.</param>
/// <param name="DeviceSeconds">Seconds that devices spent on all attempts that are written down.</param>
internal sealed record LayerRows(PlannedLayer Layer, IReadOnlyList<TaskRow?> Rows, string RecipeHash, double DeviceSeconds);

/// <summary>The rows of a sweep at some moment, in the order of its plan. It never changes: what comes later is another table.</summary>
/// <param name="Plan">Of which sweep.</param>
/// <param name="Layers">Its layers, in the order of the plan.</param>
internal sealed record RowTable(SweepPlan Plan, IReadOnlyList<LayerRows> Layers)
{
    /// <summary>Seconds that devices spent on all attempts that are written down.</summary>
    public double DeviceSeconds => Layers.Sum(layer => layer.DeviceSeconds);

    /// <summary>All tasks that have ended.</summary>
    public IEnumerable<(RowPlace Place, TaskRow Row)> Ended()
    {
        for (var layer = 0; layer < Layers.Count; layer++)
        {
            var rows = Layers[layer].Rows;
            for (var task = 0; task < rows.Count; task++)
            {
                if (rows[task] is { } row)
                {
                    yield return (new(layer, task), row);
                }
            }
        }
    }

    /// <summary>The task at a place.</summary>
    public ChannelTask TaskAt(RowPlace place)
    {
        var layer = Layers[place.Layer].Layer;
        var seeds = Plan.Seeds.Count;
        return new(layer.Model, layer.WeightsDigest, layer.Layer, layer.Channels.At(place.Task / seeds), Plan.Seeds[place.Task % seeds]);
    }
}

/// <summary>Where a task stands in a plan.</summary>
/// <param name="Layer">Number of its layer, from 0.</param>
/// <param name="Task">Number inside the layer, from 0.</param>
internal readonly record struct RowPlace(int Layer, int Task) : IComparable<RowPlace>
{
    /// <inheritdoc/>
    public int CompareTo(RowPlace other) => (Layer, Task).CompareTo((other.Layer, other.Task));

    public static bool operator <(RowPlace left, RowPlace right) => left.CompareTo(right) < 0;

    public static bool operator >(RowPlace left, RowPlace right) => left.CompareTo(right) > 0;

    public static bool operator <=(RowPlace left, RowPlace right) => left.CompareTo(right) <= 0;

    public static bool operator >=(RowPlace left, RowPlace right) => left.CompareTo(right) >= 0;
}
