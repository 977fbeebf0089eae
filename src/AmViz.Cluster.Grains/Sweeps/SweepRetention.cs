using System.Runtime.CompilerServices;
using AmViz.Storage;
using Microsoft.Extensions.Options;

namespace AmViz.Cluster.Grains;

/// <summary>Which sweeps have ended so long ago that they are not kept any more.</summary>
/// <param name="sweeps">All sweeps.</param>
/// <param name="journal">When they ended.</param>
/// <param name="options">How long they are kept.</param>
internal sealed class SweepRetention(SweepStore sweeps, SweepJournal journal, IOptions<SweepOptions> options)
{
    /// <summary>Those sweeps; none if sweeps are kept for good.</summary>
    public async IAsyncEnumerable<SweepId> ExpiredAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (options.Value.KeepEnded is not { } keep)
        {
            yield break;
        }

        var oldest = options.Value.Clock.GetUtcNow() - keep;
        await foreach (var sweep in sweeps.ListAsync(cancellationToken))
        {
            if (await journal.ReadLastAsync(sweep, cancellationToken) is { } entry && entry.State.HasEnded() && entry.At < oldest)
            {
                yield return sweep;
            }
        }
    }
}
