using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Api;

/// <summary>Looks at the newest sweep that has finished before somebody does: of a hundred thousand channels that takes a second or two, which nobody likes to wait for.</summary>
/// <remarks>Once when the silo has joined, and again when a list of sweeps shows a newer one.</remarks>
/// <param name="cluster">Tells which sweeps there are.</param>
/// <param name="look">How that is done.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where it says what could not be read.</param>
internal sealed partial class RowsAhead(LivingCluster cluster, FirstLook look, TimeProvider time, ILogger<RowsAhead> log) : BackgroundService
{
    /// <summary>Tasks of the largest sweep that is read unasked: some seconds of a processor.</summary>
    public const long MostTasks = 250_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _seen = new(0);
    private volatile SweepStatus? _newest;

    /// <summary>Which of some sweeps is read ahead; null: none.</summary>
    public static SweepStatus? NewestOf(IEnumerable<SweepStatus> sweeps)
        => sweeps.Where(sweep => sweep.State == SweepState.Finished && sweep.Counts.Planned <= MostTasks).MaxBy(sweep => sweep.StartedAt);

    /// <summary>Somebody looks at these sweeps, and then perhaps into the newest.</summary>
    public void Consider(IEnumerable<SweepStatus> sweeps)
    {
        if (NewestOf(sweeps) is { } newest && (newest.Id, newest.StartedAt) != (_newest?.Id, _newest?.StartedAt))
        {
            _newest = newest;
            _seen.Release();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _seen.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryAsync(async () => Consider(await cluster.AskIndexAsync(index => index.All(), stoppingToken)), stoppingToken))
        {
            await Task.Delay(Pause, time, stoppingToken);
        }

        while (true)
        {
            await _seen.WaitAsync(stoppingToken);
            await TryAsync(() => look.TakeAsync(_newest!.Id.Value, stoppingToken), stoppingToken);
        }
    }

    // What cannot be read is told to whoever asks for it.
    private async Task<bool> TryAsync(Func<Task> read, CancellationToken stoppingToken)
    {
        try
        {
            await read();
            return true;
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested && e is not OutOfMemoryException)
        {
            LogNotRead(e);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Nothing was read ahead.")]
    private partial void LogNotRead(Exception e);
}
