using System.Text.Json.Serialization;

namespace AmViz.Sweeps;

/// <summary>A spec resolved against its networks: every digest, layer name, channel and size is settled.</summary>
[GenerateSerializer, Immutable, Alias("amviz.SweepPlan")]
public sealed record SweepPlan
{
    /// <summary>Version of this format. Readers refuse higher ones.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>See <see cref="CurrentFormatVersion"/>.</summary>
    [Id(0)]
    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>Hash of everything below but the failure budget.</summary>
    [Id(1)]
    public required SweepId Id { get; init; }

    /// <summary>How to draw. Its size is 0 where every network is drawn at its own input size; see <see cref="PlannedLayer.Size"/>.</summary>
    [Id(2)]
    public required RenderRecipe Recipe { get; init; }

    /// <summary>Seeds, ascending, once each.</summary>
    [Id(3)]
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>Layers in the order of the spec.</summary>
    [Id(4)]
    public required IReadOnlyList<PlannedLayer> Layers { get; init; }

    /// <summary>See <see cref="SweepSpec.FailureBudget"/>.</summary>
    [Id(5)]
    public int? FailureBudget { get; init; }

    /// <summary>The pass of photographs that this sweep is; null: it is something else.</summary>
    [Id(6)]
    public PassWork? Pass { get; init; }

    /// <summary>The scores of another sweep's pictures that this one is; null: it is something else.</summary>
    [Id(7)]
    public ScoreWork? Scores { get; init; }

    /// <summary>What this sweep computes instead of pictures; null: it draws pictures.</summary>
    [JsonIgnore]
    public IComputedWork? Work => Pass ?? (IComputedWork?)Scores;

    /// <summary>Number of tasks: pictures, or whatever else is computed.</summary>
    [JsonIgnore]
    public int TaskCount => Layers.Sum(layer => layer.Channels.Count) * Seeds.Count;

    /// <summary>The recipe of a layer: the sweep's with the size settled.</summary>
    public RenderRecipe RecipeFor(PlannedLayer layer) => Recipe with { Size = layer.Size };

    /// <summary>All shards, in the order of the layers.</summary>
    public IEnumerable<Shard> Shards()
    {
        foreach (var layer in Layers)
        {
            var count = layer.Channels.Count * Seeds.Count;
            for (var offset = 0; offset < count; offset += Shard.MaxTasks)
            {
                yield return new Shard
                {
                    Id = new(Id, layer.Model, layer.Layer, offset / Shard.MaxTasks),
                    WeightsDigest = layer.WeightsDigest,
                    Recipe = RecipeFor(layer),
                    Channels = layer.Channels,
                    Seeds = Seeds,
                    Offset = offset,
                    Count = Math.Min(Shard.MaxTasks, count - offset),
                    Pass = Pass,
                    Scores = Scores?.Only(layer.Layer),
                };
            }
        }
    }
}

/// <summary>A layer to draw.</summary>
/// <param name="Model">Name of the network.</param>
/// <param name="WeightsDigest">SHA-256 of its weights file.</param>
/// <param name="Layer">Resolved layer name.</param>
/// <param name="ChannelCount">Channels that the layer has.</param>
/// <param name="IsLogits">Whether its channels are classes.</param>
/// <param name="Size">Picture size in pixels.</param>
/// <param name="Channels">Channels to draw.</param>
[GenerateSerializer, Immutable, Alias("amviz.PlannedLayer")]
public sealed record PlannedLayer(
    [property: Id(0)] string Model,
    [property: Id(1)] string WeightsDigest,
    [property: Id(2)] string Layer,
    [property: Id(3)] int ChannelCount,
    [property: Id(4)] bool IsLogits,
    [property: Id(5)] int Size,
    [property: Id(6)] ChannelSet Channels);
