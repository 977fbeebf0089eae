using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace AmViz.Cluster.Api;

/// <summary>Reads the audit back, the oldest line first.</summary>
/// <remarks>What is younger than <see cref="Settling"/> is not handed out yet: a batch of another coordinator with an earlier name may still come, and whoever reads on would never see it.</remarks>
/// <param name="blobs">The cluster's store.</param>
/// <param name="time">The clock.</param>
internal sealed class AuditHistory(IBlobStore blobs, TimeProvider time)
{
    /// <summary>How long a batch may take to appear after it was named, by clocks that differ by at most two seconds.</summary>
    public static readonly TimeSpan Settling = AuditTrail.LongestWrite + TimeSpan.FromSeconds(2);

    /// <summary>Some lines.</summary>
    /// <param name="after">The last line that is known already; null: from the beginning.</param>
    /// <param name="limit">How many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CorruptBlobException">A batch is not what was written.</exception>
    public async Task<AuditPage> ReadAsync(AuditPosition? after, int limit, CancellationToken cancellationToken)
    {
        var found = await LinesAsync(after, cancellationToken).Take(limit + 1).ToListAsync(cancellationToken);
        return new([.. found.Take(limit)], found.Count > limit ? found[limit - 1].Position : null);
    }

    private async IAsyncEnumerable<AuditLine> LinesAsync(AuditPosition? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Before anything is listed: what appears meanwhile is younger.
        var end = AuditPosition.Begin(time.GetUtcNow() - Settling);
        await foreach (var day in blobs.ListFoldersAsync(ResultLayout.Audit, cancellationToken))
        {
            if (after is { } known && string.CompareOrdinal(day, known.Day) < 0)
            {
                continue;
            }

            await foreach (var item in blobs.ListAsync(ResultLayout.AuditDay(day), cancellationToken))
            {
                var batch = new AuditPosition(day, Path.GetFileNameWithoutExtension(item.Path.Name), int.MaxValue);
                if (batch.IsAfter(end))
                {
                    yield break;
                }

                if (after is not { } last || batch.IsAfter(last))
                {
                    foreach (var line in await ReadAsync(item.Path, batch, cancellationToken))
                    {
                        if (after is not { } reached || line.At.IsAfter(reached))
                        {
                            yield return new(line.At.ToString(), line.Entry);
                        }
                    }
                }
            }
        }
    }

    private async Task<IReadOnlyList<(AuditPosition At, AuditEntry Entry)>> ReadAsync(BlobPath path, AuditPosition batch, CancellationToken cancellationToken)
    {
        if (await blobs.ReadAsync(path, cancellationToken) is not { } blob)
        {
            return [];
        }

        try
        {
            var lines = System.Text.Encoding.UTF8.GetString(blob.Content.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return [.. lines.Select((line, number) => (batch with { Line = number }, JsonSerializer.Deserialize<AuditEntry>(line, SweepJson.Compact) ?? throw new JsonException("Found null.")))];
        }
        catch (JsonException e)
        {
            throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} is no batch of the audit: {e.Message} Move it away to read the others.", e);
        }
    }
}

/// <summary>Where a line of the audit stands.</summary>
/// <param name="Day">As <c>20261129</c>.</param>
/// <param name="Batch">Name of its batch.</param>
/// <param name="Line">Number in it, from 0.</param>
internal readonly record struct AuditPosition(string Day, string Batch, int Line)
{
    private const string DayFormat = "yyyyMMdd";
    private const string TimeFormat = "HHmmssfffffff";

    /// <summary>Before all lines of batches that are named at a moment or later.</summary>
    public static AuditPosition Begin(DateTimeOffset at) => new(at.UtcDateTime.ToString(DayFormat, CultureInfo.InvariantCulture), at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture), 0);

    /// <summary>Reads one.</summary>
    /// <returns>False if it is none.</returns>
    public static bool TryParse(string text, out AuditPosition position)
    {
        position = default;
        if (text.Split('-') is not [var day, var at, var suffix, var line] || !int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        position = new(day, $"{at}-{suffix}", number);
        return true;
    }

    /// <summary>The path of a batch that begins here.</summary>
    /// <param name="suffix">Tells it from others of the same moment.</param>
    public BlobPath PathWith(string suffix) => ResultLayout.AuditBatch(Day, $"{Batch}-{suffix}");

    /// <summary>Whether this line stands after another one.</summary>
    public bool IsAfter(AuditPosition other)
        => string.CompareOrdinal(Day, other.Day) is var day and not 0 ? day > 0
            : string.CompareOrdinal(Batch, other.Batch) is var batch and not 0 ? batch > 0
            : Line > other.Line;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Day}-{Batch}-{Line}");
}

/// <summary>A line of the audit with its place.</summary>
/// <param name="Position">What to give as <c>after</c> for those that follow it.</param>
/// <param name="Request">What it says.</param>
internal sealed record AuditLine(string Position, AuditEntry Request);

/// <summary>Some lines of the audit.</summary>
/// <param name="Lines">The oldest first.</param>
/// <param name="Next">What to give as <c>after</c> for those that follow; null: these were the last.</param>
internal sealed record AuditPage(IReadOnlyList<AuditLine> Lines, string? Next);
