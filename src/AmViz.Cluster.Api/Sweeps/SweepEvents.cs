using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Api;

/// <summary>The event logs of the sweeps that somebody watches. One poll of a sweep serves all who watch it.</summary>
/// <param name="cluster">Tells how far they are.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where it says that a sweep could not be asked.</param>
internal sealed partial class SweepEvents(LivingCluster cluster, TimeProvider time, ILogger<SweepEvents> log)
{
    /// <summary>How often a sweep is asked. An event is as late as that.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.25);

    // Long enough for a connection that broke to be made again.
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<SweepId, Watched> _watched = new();

    /// <summary>Watches a sweep until the result is disposed of.</summary>
    /// <param name="status">How far it is.</param>
    public Watch Begin(SweepStatus status)
    {
        while (true)
        {
            var watched = _watched.GetOrAdd(status.Id, _ => new(new(SweepEventLog.FirstNumber(time.GetUtcNow()))));
            if (watched.TryEnter(out var isFirst))
            {
                watched.Log.Note(status);
                if (isFirst)
                {
                    _ = FollowAsync(status.Id, watched);
                }

                return new(watched, time);
            }

            // It is forgotten this very moment.
            _watched.TryRemove(new(status.Id, watched));
        }
    }

    private async Task FollowAsync(SweepId id, Watched watched)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync() && !watched.TryClose(time, Memory))
        {
            if (await IsGoneAsync(id, watched.Log))
            {
                // Submitted again, it has another log.
                watched.Close();
                watched.Log.NoteGone();
                break;
            }
        }

        _watched.TryRemove(new(id, watched));
    }

    private async Task<bool> IsGoneAsync(SweepId id, SweepEventLog events)
    {
        try
        {
            var status = await cluster.AskSweepAsync(id, sweep => sweep.Status(), CancellationToken.None);
            if (status is not null)
            {
                events.Note(status);
            }

            return status is null;
        }
        catch (Exception e)
        {
            // A cluster that does not answer has no news; those who watch hear a heartbeat meanwhile.
            LogNoAnswer(id, e);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Sweep {Sweep} is watched and could not be asked; it is asked again.")]
    private partial void LogNoAnswer(SweepId sweep, Exception exception);

    /// <summary>A sweep that is watched, or was a moment ago.</summary>
    internal sealed class Watched(SweepEventLog log)
    {
        private readonly Lock _lock = new();
        private int _watchers;
        private bool _isFollowed;
        private bool _isClosed;
        private long _leftAt;

        public SweepEventLog Log => log;

        /// <summary>One more watches.</summary>
        /// <returns>False if the log is forgotten already.</returns>
        public bool TryEnter(out bool isFirst)
        {
            lock (_lock)
            {
                isFirst = !_isFollowed;
                _isFollowed = !_isClosed;
                _watchers++;
                return !_isClosed;
            }
        }

        /// <summary>One less.</summary>
        public void Leave(TimeProvider time)
        {
            lock (_lock)
            {
                _watchers--;
                _leftAt = time.GetTimestamp();
            }
        }

        /// <summary>Closes the log, whoever watches.</summary>
        public void Close()
        {
            lock (_lock)
            {
                _isClosed = true;
            }
        }

        /// <summary>Closes the log if nobody has watched for long.</summary>
        public bool TryClose(TimeProvider time, TimeSpan memory)
        {
            lock (_lock)
            {
                return _isClosed = _watchers == 0 && time.GetElapsedTime(_leftAt) > memory;
            }
        }
    }

    /// <summary>Somebody who watches.</summary>
    internal readonly struct Watch(Watched watched, TimeProvider time) : IDisposable
    {
        public SweepEventLog Log => watched.Log;

        public void Dispose() => watched.Leave(time);
    }
}
