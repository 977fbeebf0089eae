using AmViz.Sweeps;
using AmViz.TestKit;
using CsCheck;

namespace AmViz.Storage.Tests;

/// <summary>A part to be written: whose, when, and how each of some tasks ended.</summary>
internal sealed record ScriptedPart(Shard Shard, long Epoch, long Sequence, IReadOnlyList<(int Index, ChannelOutcome Outcome)> Results)
{
    public IReadOnlyList<PartRow> Rows => [.. Results.Select(result => RowOf(Shard, Shard.TaskAt(result.Index), result.Outcome, $"{Epoch}-{Sequence}"))];

    public static PartRow RowOf(Shard shard, ChannelTask task, ChannelOutcome outcome, string lease)
    {
        var rendered = SampleSweeps.Rendered(task, shard.Recipe);
        var initial = outcome == ChannelOutcome.NotFinite ? float.NaN : rendered.Record.Objective.Initial;
        var record = rendered.Record with { Objective = rendered.Record.Objective with { Initial = initial } };
        var entry = outcome == ChannelOutcome.Rendered
            ? ManifestRows.Rendered(rendered.Record, ResultLayout.Picture(task, shard.Recipe.Hash), rendered.Picture.Span)
            : ManifestRows.WithoutPicture(outcome, record, $"why {lease}");
        return new(entry, SampleSweeps.Run(task, outcome) with { Lease = lease });
    }
}

/// <summary>Histories of a sweep, for tests of the fold.</summary>
internal static class SweepScript
{
    /// <summary>Any history of a plan: parts of any shards, with any outcomes, tasks repeated and left out.</summary>
    public static Gen<ScriptedPart[]> Any(SweepPlan plan)
    {
        var shards = plan.Shards().ToArray();
        var part =
            from shard in Gen.Int[0, shards.Length - 1].Select(i => shards[i])
            from epoch in Gen.Long[0, 3]
            from results in Gen.Select(Gen.Int[0, shard.Count - 1], Gen.Enum<ChannelOutcome>()).List[1, 6]
            select (shard, epoch, results);
        return part.Array[0, 12].Select(parts => parts
            .Select((item, number) => new ScriptedPart(item.shard, item.epoch, number, item.results)).ToArray());
    }

    public static async Task<MemoryBlobStore> WriteAsync(IEnumerable<ScriptedPart> parts, CancellationToken cancellationToken)
    {
        var blobs = new MemoryBlobStore();
        var writer = new ManifestParts(blobs);
        foreach (var part in parts)
        {
            await writer.AppendAsync(part.Shard.Id, part.Epoch, part.Sequence, part.Rows, cancellationToken);
        }

        return blobs;
    }
}
