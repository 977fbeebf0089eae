namespace AmViz.Cluster.Api;

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
