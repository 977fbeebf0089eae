using Parquet.Schema;

namespace AmViz.Storage;

/// <summary>The columns of <c>runlog.parquet</c>: those of <see cref="RunLogEntry"/> with its task spread out, under their JSON names.</summary>
internal static class RunLogTable
{
    private const string ResumedAt = "resumedAt";

    /// <summary>New columns, for one file.</summary>
    public static IReadOnlyList<ParquetColumn<RunLogEntry>> Columns()
        => [
        new TextColumn<RunLogEntry>("model", row => row.Task.Model),
        new TextColumn<RunLogEntry>("weightsDigest", row => row.Task.WeightsDigest),
        new TextColumn<RunLogEntry>("layer", row => row.Task.Layer),
        new ValueColumn<RunLogEntry, int>("channel", row => row.Task.Channel),
        new ValueColumn<RunLogEntry, int>("seed", row => row.Task.Seed),
        new TextColumn<RunLogEntry>("outcome", row => ManifestTable.Word(row.Outcome)),
        new ValueColumn<RunLogEntry, bool>("skipped", row => row.Skipped),
        new ValueColumn<RunLogEntry, int>("attempt", row => row.Attempt),
        new TextColumn<RunLogEntry>("device", row => row.Device),
        new ValueColumn<RunLogEntry, DateTime>(
            new DateTimeDataField("committedAt", DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Micros, isNullable: false),
            row => row.CommittedAt.UtcDateTime),
        new ValueColumn<RunLogEntry, double>("seconds", row => row.Seconds),
        new TextColumn<RunLogEntry>("lease", row => row.Lease),
        new ValueColumn<RunLogEntry, int>(ResumedAt, row => row.ResumedAt),
    ];

    public static async Task<IReadOnlyList<RunLogEntry>> ReadGroup(ParquetGroup group)
    {
        var model = await group.RepeatedText("model");
        var weightsDigest = await group.RepeatedText("weightsDigest");
        var layer = await group.RepeatedText("layer");
        var channel = await group.Values<int>("channel");
        var seed = await group.Values<int>("seed");
        var outcome = await group.RepeatedText("outcome");
        var skipped = await group.Values<bool>("skipped");
        var attempt = await group.Values<int>("attempt");
        var device = await group.RepeatedText("device");
        var committedAt = await group.Values<DateTime>("committedAt");
        var seconds = await group.Values<double>("seconds");
        var lease = await group.Text("lease");
        // Logs of before there were checkpoints have no such column.
        var resumedAt = group.Has(ResumedAt) ? await group.Values<int>(ResumedAt) : new int[group.Count];
        return [.. Enumerable.Range(0, group.Count).Select(i => new RunLogEntry
        {
            Task = new(model[i], weightsDigest[i], layer[i], channel[i], seed[i]),
            Outcome = ManifestTable.Outcome(outcome[i]),
            Skipped = skipped[i],
            Attempt = attempt[i],
            Device = device[i],
            CommittedAt = new(DateTime.SpecifyKind(committedAt[i], DateTimeKind.Utc)),
            Seconds = seconds[i],
            Lease = lease[i],
            ResumedAt = resumedAt[i],
        })];
    }
}
