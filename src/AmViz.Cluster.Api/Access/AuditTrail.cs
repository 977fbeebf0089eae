using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Api;

/// <summary>Keeps the lines of the audit in the store, in batches that are created and never changed, without holding up a request.</summary>
/// <remarks>While the store is out of reach at most <see cref="MostWaiting"/> lines wait; of those that come on top only their number is kept, and the log has them. When the host leaves, the rest is written.</remarks>
/// <param name="blobs">The cluster's store.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told what is lost.</param>
internal sealed partial class AuditTrail(IBlobStore blobs, TimeProvider time, ILogger<AuditTrail> log) : BackgroundService
{
    /// <summary>Lines that may wait for the store.</summary>
    public const int MostWaiting = 10_000;

    /// <summary>Lines of a batch.</summary>
    public const int LargestBatch = 1000;

    /// <summary>How long lines are gathered for a batch.</summary>
    public static readonly TimeSpan Gathering = TimeSpan.FromSeconds(1);

    private const int SuffixLength = 8;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    private readonly Channel<AuditEntry> _waiting = Channel.CreateBounded<AuditEntry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private long _lost;

    /// <summary>Adds a line, at once.</summary>
    public void Add(AuditEntry entry)
    {
        var lost = Interlocked.Exchange(ref _lost, 0);
        if (!_waiting.Writer.TryWrite(lost == 0 ? entry : entry with { Lost = lost }))
        {
            Interlocked.Add(ref _lost, lost + 1);
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
        // A host that leaves at once has not begun to write.
        while (ExecuteTask is null or { IsCompleted: true } && Take() is { Count: > 0 } batch)
        {
            await KeepAsync(batch, new(canceled: true));
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not ended by the token: what was added before the end of the host is written first.
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            await Task.Delay(Gathering, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (Take() is { Count: > 0 } batch)
            {
                await KeepAsync(batch, stoppingToken);
            }
        }
    }

    private List<AuditEntry> Take()
    {
        var batch = new List<AuditEntry>();
        while (batch.Count < LargestBatch && _waiting.Reader.TryRead(out var entry))
        {
            batch.Add(entry);
        }

        return batch;
    }

    /// <summary>Writes a batch, however often that takes; once the host leaves, a last time.</summary>
    private async Task KeepAsync(List<AuditEntry> batch, CancellationToken stopping)
    {
        var (path, content) = (NextPath(), Write(batch));
        while (true)
        {
            try
            {
                await blobs.CreateAsync(path, content, CancellationToken.None);
                return;
            }
            catch (Exception e) when (e is StorageException or StoreUnreachableException)
            {
                LogNotKept(batch.Count, e);
                if (stopping.IsCancellationRequested)
                {
                    return;
                }

                await Task.Delay(RetryPause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private BlobPath NextPath()
    {
        var now = time.GetUtcNow();
        return ResultLayout.AuditBatch(
            now.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
            $"{now.ToString("HHmmssfffffff", CultureInfo.InvariantCulture)}-{RandomNumberGenerator.GetHexString(SuffixLength, lowercase: true)}");
    }

    private static ReadOnlyMemory<byte> Write(List<AuditEntry> batch)
    {
        using var lines = new MemoryStream();
        foreach (var entry in batch)
        {
            JsonSerializer.Serialize(lines, entry, SweepJson.Compact);
            lines.WriteByte((byte)'\n');
        }

        return lines.ToArray();
    }

    [LoggerMessage(1, LogLevel.Warning, "{Count} lines of the audit could not be kept in the store; the log has them. It is tried again unless this process leaves.")]
    private partial void LogNotKept(int count, Exception exception);
}
