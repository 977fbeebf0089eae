using System.Globalization;

namespace AmViz.Sweeps;

/// <summary>Consecutive tasks of one layer: the unit of fan-out. Tasks are numbered from 0 inside a shard.</summary>
[GenerateSerializer, Immutable, Alias("amviz.Shard")]
public sealed record Shard
{
    /// <summary>Most tasks a shard holds: keeps its bitmap and its checkpoint small.</summary>
    public const int MaxTasks = 8192;

    /// <summary>Identity.</summary>
    [Id(0)]
    public required ShardId Id { get; init; }

    /// <summary>SHA-256 of the network's weights file.</summary>
    [Id(1)]
    public required string WeightsDigest { get; init; }

    /// <summary>How to draw, with the size settled.</summary>
    [Id(2)]
    public required RenderRecipe Recipe { get; init; }

    /// <summary>Channels of the whole layer that the sweep draws.</summary>
    [Id(3)]
    public required ChannelSet Channels { get; init; }

    /// <summary>Seeds of the sweep.</summary>
    [Id(4)]
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>First task, counted over the whole layer.</summary>
    [Id(5)]
    public required int Offset { get; init; }

    /// <summary>Number of tasks, 1 to <see cref="MaxTasks"/>.</summary>
    [Id(6)]
    public required int Count { get; init; }

    /// <summary>The pass of photographs that its tasks are of; null: they are something else.</summary>
    [Id(7)]
    public PassWork? Pass { get; init; }

    /// <summary>The scores that its task is of; null: its tasks are something else.</summary>
    [Id(8)]
    public ScoreWork? Scores { get; init; }

    /// <summary>What its tasks are of that draw nothing; null: they are pictures.</summary>
    public IComputedWork? Work => Pass ?? (IComputedWork?)Scores;

    /// <summary>When it may begin: once all shards of lower stages have ended.</summary>
    public int Stage => Work?.StageOf(Id.Layer) ?? 0;

    /// <summary>Tasks that a device computes at once, given the pictures that it draws at once: a task that draws nothing fills a device by itself.</summary>
    /// <param name="pictures">At least 1.</param>
    public int TasksAtOnce(int pictures) => Work is null ? pictures : 1;

    /// <summary>The task at <paramref name="index"/>, 0 to <see cref="Count"/> - 1: all seeds of a channel follow each other.</summary>
    public ChannelTask TaskAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var position = Offset + index;
        return new(Id.Model, WeightsDigest, Id.Layer, Channels.At(position / Seeds.Count), Seeds[position % Seeds.Count]);
    }

    /// <summary>The number of a task, given its channel and seed; null: it is not of this shard.</summary>
    public int? IndexOf(int channel, int seed)
    {
        for (var i = 0; i < Seeds.Count; i++)
        {
            if (Seeds[i] == seed)
            {
                var index = (Channels.PositionOf(channel) * Seeds.Count) + i - Offset;
                return index >= 0 && index < Count ? index : null;
            }
        }

        return null;
    }

    /// <summary>The number of a task; null: it is not of this shard.</summary>
    public int? IndexOf(ChannelTask task)
        => task.Model == Id.Model && task.Layer == Id.Layer && task.WeightsDigest == WeightsDigest ? IndexOf(task.Channel, task.Seed) : null;

    /// <summary>All tasks in order.</summary>
    public IEnumerable<ChannelTask> Tasks() => Enumerable.Range(0, Count).Select(TaskAt);
}

/// <summary>Identity of a shard. The only place that builds or parses its text form.</summary>
/// <param name="Sweep">Sweep.</param>
/// <param name="Model">Network.</param>
/// <param name="Layer">Layer.</param>
/// <param name="Index">From 0 inside the layer.</param>
[GenerateSerializer, Immutable, Alias("amviz.ShardId")]
public readonly record struct ShardId(
    [property: Id(0)] SweepId Sweep,
    [property: Id(1)] string Model,
    [property: Id(2)] string Layer,
    [property: Id(3)] int Index)
{
    /// <summary>Reads <c>sweep/model/layer/index</c>. A layer may have '/' in its name; a network that is planned has none.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static ShardId Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length >= 4
            && SweepId.TryParse(parts[0], out var sweep)
            && int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? new(sweep, parts[1], string.Join('/', parts[2..^1]), index)
            : throw new FormatException($"'{text}' is not a shard id. Expected sweep/model/layer/index.");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sweep}/{Model}/{Layer}/{Index}");
}
