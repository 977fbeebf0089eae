using System.Runtime.CompilerServices;
using AmViz.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AmViz.Cluster.Grains;

/// <summary>Which sweeps have ended so long ago that they are not kept any more.</summary>
/// <param name="sweeps">All sweeps.</param>
/// <param name="journal">When they ended.</param>
/// <param name="options">How long they are kept.</param>
/// <param name="log">Where it says of which nobody knows.</param>
internal sealed partial class SweepRetention(SweepStore sweeps, SweepJournal journal, IOptions<SweepOptions> options, ILogger<SweepRetention> log)
{
    /// <summary>Those sweeps, also if the journals of others are damaged; none if sweeps are kept for good.</summary>
    public async IAsyncEnumerable<SweepId> ExpiredAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (options.Value.KeepEnded is not { } keep)
        {
            yield break;
        }

        var oldest = options.Value.Clock.GetUtcNow() - keep;
        await foreach (var sweep in sweeps.ListAsync(cancellationToken))
        {
            if (await ReadLastAsync(sweep, cancellationToken) is { } entry && entry.State.HasEnded() && entry.At < oldest)
            {
                yield return sweep;
            }
        }
    }

    private async Task<JournalEntry?> ReadLastAsync(SweepId sweep, CancellationToken cancellationToken)
    {
        try
        {
            return await journal.ReadLastAsync(sweep, cancellationToken);
        }
        catch (CorruptBlobException e)
        {
            LogUnknown(sweep, e);
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "When sweep {Sweep} ended is not known, so it is kept.")]
    private partial void LogUnknown(SweepId sweep, Exception exception);
}
