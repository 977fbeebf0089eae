namespace AmViz.Cluster.Api;

/// <summary>Puts the rows of a sweep where they belong.</summary>
/// <param name="plan">Of which sweep.</param>
internal sealed class RowTableBuilder(SweepPlan plan)
{
    private readonly Dictionary<(string Model, string Layer), int> _numbers = plan.Layers.Index().ToDictionary(layer => (layer.Item.Model, layer.Item.Layer), layer => layer.Index);
    private readonly TaskRow?[]?[] _rows = new TaskRow?[plan.Layers.Count][];
    private readonly string[] _recipes = [.. plan.Layers.Select(layer => plan.RecipeFor(layer).Hash)];
    private readonly double[] _seconds = new double[plan.Layers.Count];

    // The same few errors and devices again and again.
    private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);

    private RowTable? _table;

    /// <summary>What is there so far.</summary>
    public RowTable Table => _table ??= Build();

    /// <summary>Adds an attempt that brought a result.</summary>
    public void Add(RunLogEntry run, string? error, string? label, float? objective)
    {
        if (PlaceOf(run.Task) is not { } place)
        {
            return;
        }

        _seconds[place.Layer] += run.Seconds;
        Put(place, new(run.Outcome, Word(error), Word(label), objective, Word(run.Device), run.CommittedAt, run.Skipped));
    }

    /// <summary>Adds what the row of a manifest knows beside the attempt that brought it.</summary>
    public void Add(ManifestEntry entry)
    {
        if (PlaceOf(new(entry.Model, entry.WeightsDigest, entry.Layer, entry.Channel, entry.Seed)) is { } place)
        {
            var row = RowsOf(place.Layer)[place.Task] ?? new(entry.Outcome, null, null, null, null, default, Skipped: true);
            Put(place, row with { Outcome = entry.Outcome, Error = Word(entry.Error), Label = Word(entry.Label), Objective = entry.FinalObjective });
        }
    }

    private void Put(RowPlace place, TaskRow row)
    {
        ref var old = ref RowsOf(place.Layer)[place.Task];
        old = TaskRow.Winner(old, row);
    }

    // Whoever holds a table sees no later rows in it.
    private TaskRow?[] RowsOf(int layer)
    {
        if (_table is not null)
        {
            for (var i = 0; i < _rows.Length; i++)
            {
                _rows[i] = (TaskRow?[]?)_rows[i]?.Clone();
            }

            _table = null;
        }

        return _rows[layer] ??= new TaskRow?[CountOf(layer)];
    }

    private RowPlace? PlaceOf(ChannelTask task)
        => _numbers.TryGetValue((task.Model, task.Layer), out var layer)
            && plan.Layers[layer].WeightsDigest == task.WeightsDigest
            && plan.Layers[layer].Channels.PositionOf(task.Channel) is { } position
            && SeedOf(task.Seed) is >= 0 and var seed
                ? new(layer, (position * plan.Seeds.Count) + seed)
                : null;

    private int SeedOf(int seed)
    {
        for (var i = 0; i < plan.Seeds.Count; i++)
        {
            if (plan.Seeds[i] == seed)
            {
                return i;
            }
        }

        return -1;
    }

    private int CountOf(int layer) => plan.Layers[layer].Channels.Count * plan.Seeds.Count;

    private string? Word(string? text)
    {
        if (text is not null && !_words.TryGetValue(text, out var known))
        {
            _words.Add(text, text);
            return text;
        }

        return text is null ? null : _words[text];
    }

    private RowTable Build() => new(plan, [.. plan.Layers.Select((layer, number) => new LayerRows(layer, _rows[number] ?? new TaskRow?[CountOf(number)], plan.Work is null ? _recipes[number] : null, _seconds[number]))]);
}
