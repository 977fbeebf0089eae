namespace AmViz.Cluster.Api;

/// <summary>Which tasks of a table are wanted.</summary>
internal sealed record RowQuery
{
    /// <summary>Network; null: any.</summary>
    public string? Model { get; init; }

    /// <summary>Layer; null: any.</summary>
    public string? Layer { get; init; }

    /// <summary>How they ended; null: in any way, or not at all.</summary>
    public TaskEnd? End { get; init; }

    /// <summary>Part of the error, in upper or lower case; null: any.</summary>
    public string? Error { get; init; }

    /// <summary>The whole error; empty: none; null: any.</summary>
    public string? ErrorIs { get; init; }

    /// <summary>How a task ended.</summary>
    public static TaskEnd EndOf(TaskRow? row) => row?.Outcome switch
    {
        null => TaskEnd.Open,
        ChannelOutcome.Rendered => TaskEnd.Rendered,
        ChannelOutcome.Dead => TaskEnd.Dead,
        ChannelOutcome.NotFinite => TaskEnd.NotFinite,
        _ => TaskEnd.Failed,
    };

    /// <summary>A page in the order of the plan.</summary>
    /// <param name="table">Of which tasks.</param>
    /// <param name="size">Longest page.</param>
    /// <param name="after">Begins after this one; null: with the first.</param>
    public RowPage InOrder(RowTable table, int size, RowPlace? after)
    {
        var (places, total, isMore) = (new List<RowPlace>(), 0, false);
        foreach (var (place, _) in Matching(table))
        {
            total++;
            if (after is null || place > after)
            {
                isMore = places.Count == size;
                if (!isMore)
                {
                    places.Add(place);
                }
            }
        }

        return new(places, total, isMore ? new(0, places[^1]) : null);
    }

    /// <summary>A page of those that ended last; those that have not ended are left out.</summary>
    /// <param name="table">Of which tasks.</param>
    /// <param name="size">Longest page.</param>
    /// <param name="after">Begins after this one; null: with the newest.</param>
    public RowPage Newest(RowTable table, int size, RowCursor? after)
    {
        // The oldest of those that are kept is the first to go.
        var kept = new PriorityQueue<RowPlace, (long Ticks, RowPlace Place)>();
        var (total, left) = (0, 0);
        foreach (var (place, row) in Matching(table))
        {
            if (row is null)
            {
                continue;
            }

            total++;
            var rank = (row.CommittedAt.UtcTicks, place);
            if (after is not { } last || rank.CompareTo((last.Ticks, last.Place)) < 0)
            {
                left++;
                kept.Enqueue(place, rank);
                if (kept.Count > size)
                {
                    kept.Dequeue();
                }
            }
        }

        var places = new RowPlace[kept.Count];
        for (var i = places.Length - 1; i >= 0; i--)
        {
            places[i] = kept.Dequeue();
        }

        return new(places, total, left > size ? new(table.Layers[places[^1].Layer].Rows[places[^1].Task]!.CommittedAt.UtcTicks, places[^1]) : null);
    }

    private IEnumerable<(RowPlace Place, TaskRow? Row)> Matching(RowTable table)
    {
        for (var layer = 0; layer < table.Layers.Count; layer++)
        {
            if (!Covers(table.Layers[layer].Layer))
            {
                continue;
            }

            var rows = table.Layers[layer].Rows;
            for (var task = 0; task < rows.Count; task++)
            {
                if (IsMatch(rows[task]))
                {
                    yield return (new(layer, task), rows[task]);
                }
            }
        }
    }

    private bool Covers(PlannedLayer layer) => (Model is null || Model == layer.Model) && (Layer is null || Layer == layer.Layer);

    private bool IsMatch(TaskRow? row)
        => (End is null || End == EndOf(row))
            && (Error is null || row?.Error?.Contains(Error, StringComparison.OrdinalIgnoreCase) == true)
            && (ErrorIs is null || (row is not null && ErrorIs == (row.Error ?? "")));
}
