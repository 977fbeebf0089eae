using System.Globalization;
using System.Text.Json;
using AmViz.Storage;

namespace AmViz.Cluster.Grains;

/// <summary>The changes of a sweep's state: what users asked for and how it ended, in a few small files that outlive every process.</summary>
/// <remarks>
/// Entries are numbered from 1 and created, never changed; the highest number counts. Reminders only activate a sweep: what it
/// is to do then is read here.
/// </remarks>
/// <param name="blobs">Where.</param>
internal sealed class SweepJournal(IBlobStore blobs)
{
    /// <summary>The last entry.</summary>
    /// <returns>Null if the sweep was never submitted.</returns>
    public async Task<JournalEntry?> ReadLastAsync(SweepId sweep, CancellationToken cancellationToken)
    {
        BlobPath? last = null;
        await foreach (var item in blobs.ListAsync(ResultLayout.Journal(sweep), cancellationToken))
        {
            last = item.Path;
        }

        if (last is not { } path || await blobs.ReadAsync(path, cancellationToken) is not { } blob)
        {
            return null;
        }

        try
        {
            var entry = JsonSerializer.Deserialize<JournalEntry>(blob.Content.Span, SweepJson.Indented);
            return entry is { FormatVersion: >= 1 and <= JournalEntry.CurrentFormatVersion } ? entry : throw Corrupt(path);
        }
        catch (JsonException e)
        {
            throw Corrupt(path, e);
        }
    }

    /// <summary>Adds an entry after the last.</summary>
    public async Task AppendAsync(SweepId sweep, JournalEntry entry, CancellationToken cancellationToken)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(entry, SweepJson.Indented);
        var number = 1;
        await foreach (var item in blobs.ListAsync(ResultLayout.Journal(sweep), cancellationToken))
        {
            number = int.Parse(Path.GetFileNameWithoutExtension(item.Path.Name), NumberStyles.None, CultureInfo.InvariantCulture) + 1;
        }

        while (!await blobs.CreateAsync(ResultLayout.JournalEntry(sweep, number), content, cancellationToken))
        {
            number++;
        }
    }

    private CorruptBlobException Corrupt(BlobPath path, Exception? cause = null) => new(
        path, $"'{path}' of {blobs.Name} is not an entry of a sweep's journal that this program can read. Use the version that wrote it, or remove the file and submit the sweep again.", cause);
}

/// <summary>How many channels of a sweep may fail.</summary>
internal sealed record FailureBudget
{
    /// <summary>Channels; null: any number.</summary>
    public int? Channels { get; init; }
}

/// <summary>A change of a sweep's state, with all that users have asked for up to then.</summary>
internal sealed record JournalEntry
{
    /// <summary>Version of this format. Readers refuse higher ones.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>Stands for the journal of a sweep that was never submitted.</summary>
    public static JournalEntry None { get; } = new() { State = SweepState.Planned, RunStartedAt = default, At = default };

    /// <summary>See <see cref="CurrentFormatVersion"/>.</summary>
    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>The state since then.</summary>
    public required SweepState State { get; init; }

    /// <summary>When it was last submitted.</summary>
    public required DateTimeOffset RunStartedAt { get; init; }

    /// <summary>When it changed.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Rank among other sweeps; null in entries from before there were ranks.</summary>
    public SweepRank? Rank { get; init; }

    /// <summary>Pool whose devices may draw it; null in entries from before there were pools.</summary>
    public string? Pool { get; init; }

    /// <summary>See <see cref="SweepSubmission.Owner"/>.</summary>
    public string? Owner { get; init; }

    /// <summary>See <see cref="SweepSpec.FailureBudget"/>; null in entries from before it was journaled, and then that of the stored plan counts.</summary>
    public FailureBudget? Budget { get; init; }

    /// <summary>See <see cref="ShardAdmission.Generation"/>.</summary>
    public long Generation { get; init; }

    /// <summary>See <see cref="ShardAdmission.Retries"/>; null in entries from before there were retries.</summary>
    public IReadOnlyList<TaskRetry>? Retries { get; init; }

    /// <summary>Status at its end, if it has ended.</summary>
    public SweepStatus? Final { get; init; }
}
