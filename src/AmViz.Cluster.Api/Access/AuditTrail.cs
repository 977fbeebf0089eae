using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Api;

/// <summary>Keeps the lines of the audit in the store, in batches that are created and never changed, without holding up a request.</summary>
/// <remarks>While the store is out of reach at most <see cref="MostWaiting"/> lines wait; of those that come on top only their number is kept, and the log has them. Refusals are summed up, see <see cref="AuditTally"/>. When the host leaves, the rest is written.</remarks>
/// <param name="blobs">The cluster's store.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told what is lost.</param>
internal sealed partial class AuditTrail(IBlobStore blobs, TimeProvider time, ILogger<AuditTrail> log) : BackgroundService
{
    /// <summary>Lines that may wait for the store.</summary>
    public const int MostWaiting = 10_000;

    /// <summary>Lines waiting from which on those of strangers are only counted: what is left is for callers that were let in.</summary>
    public const int MostOfStrangers = MostWaiting / 2;

    /// <summary>Lines of a batch.</summary>
    public const int LargestBatch = 1000;

    /// <summary>How long lines are gathered for a batch.</summary>
    public static readonly TimeSpan Gathering = TimeSpan.FromSeconds(1);

    /// <summary>How long the store may take for a batch, from its naming to the moment when others see it.</summary>
    public static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(3);

    private const int SuffixLength = 8;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    private readonly Channel<AuditEntry> _waiting = Channel.CreateBounded<AuditEntry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly AuditTally _tally = new();
    private ITimer? _periods;
    private long _lost;

    /// <summary>Adds a line, at once.</summary>
    /// <param name="entry">The line.</param>
    /// <param name="owner">Who was let in; null: a stranger.</param>
    /// <param name="address">Where the request came from.</param>
    /// <returns>False if it is one of many refusals, which become one line.</returns>
    public bool Add(AuditEntry entry, string? owner, IPAddress? address)
    {
        if ((owner is null || entry.Status is StatusCodes.Status429TooManyRequests) && !_tally.Take(entry, owner, address))
        {
            return false;
        }

        Write(entry, isStranger: owner is null);
        return true;
    }

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _periods = time.CreateTimer(_ => CloseTally(), state: null, AuditTally.Period, AuditTally.Period);
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_periods is not null)
        {
            await _periods.DisposeAsync();
        }

        CloseTally();
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

    /// <summary>Ends a period of the tally.</summary>
    internal void CloseTally()
    {
        foreach (var line in _tally.Close())
        {
            Write(line, isStranger: true);
        }
    }

    private void Write(AuditEntry entry, bool isStranger)
    {
        var lost = Interlocked.Exchange(ref _lost, 0);
        if ((isStranger && _waiting.Reader.Count >= MostOfStrangers) || !_waiting.Writer.TryWrite(lost == 0 ? entry : entry with { Lost = lost }))
        {
            Interlocked.Add(ref _lost, lost + (entry.Requests ?? 1));
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
        var content = Serialize(batch);
        BlobPath? tried = null;
        while (true)
        {
            using var patience = new CancellationTokenSource(LongestWrite, time);
            try
            {
                // An answer may be lost though the batch is there.
                if (tried is null || await blobs.ReadAsync(tried.Value, patience.Token) is null)
                {
                    // Named anew each time: who reads on from a later name would never see an old one.
                    tried = AuditPosition.Begin(time.GetUtcNow()).PathWith(RandomNumberGenerator.GetHexString(SuffixLength, lowercase: true));
                    await blobs.CreateAsync(tried.Value, content, patience.Token);
                }

                return;
            }
            catch (Exception e) when (e is StorageException or StoreUnreachableException or OperationCanceledException)
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

    private static ReadOnlyMemory<byte> Serialize(List<AuditEntry> batch)
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
