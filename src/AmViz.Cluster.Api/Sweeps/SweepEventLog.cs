using System.Text.Json;

namespace AmViz.Cluster.Api;

/// <summary>What became of one sweep, as numbered events: its status whenever that has changed.</summary>
/// <remarks>
/// Numbers begin with the milliseconds of the log's own beginning (see <see cref="FirstNumber"/>), so those of a later log, on this coordinator or
/// another, are higher, and no two logs give the same. Whoever comes back with a number that this log has not given gets the present status, which is
/// all that the missed events came to.
/// </remarks>
/// <param name="firstNumber">Number of the first event.</param>
internal sealed class SweepEventLog(long firstNumber)
{
    /// <summary>Events that are kept for those who come back.</summary>
    public const int Kept = 256;

    // A million events before a log could meet the numbers of one that began a millisecond later.
    private const int BitsOfALog = 20;

    private readonly Lock _lock = new();
    private readonly LinkedList<SweepEvent> _events = new();
    private long _next = firstNumber;
    private bool _isGone;
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Number of the first event of a log that begins at some moment.</summary>
    public static long FirstNumber(DateTimeOffset beginning) => beginning.ToUnixTimeMilliseconds() << BitsOfALog;

    /// <summary>Completes when there is an event after those that <see cref="After"/> returned.</summary>
    public Task Grown
    {
        get
        {
            lock (_lock)
            {
                return _grown.Task;
            }
        }
    }

    /// <summary>Whether there is no such sweep any more: no event follows, though the last may tell of no end.</summary>
    public bool IsGone
    {
        get
        {
            lock (_lock)
            {
                return _isGone;
            }
        }
    }

    /// <summary>Notes that the sweep was removed.</summary>
    public void NoteGone()
    {
        TaskCompletionSource grown;
        lock (_lock)
        {
            _isGone = true;
            grown = _grown;
        }

        grown.TrySetResult();
    }

    /// <summary>Notes how far the sweep is, if that has changed.</summary>
    public void Note(SweepStatus status)
    {
        var text = JsonSerializer.Serialize(status with { Devices = [] }, ApiJson.Options);
        TaskCompletionSource grown;
        lock (_lock)
        {
            if (_events.Last?.Value.Data == text)
            {
                return;
            }

            _events.AddLast(new SweepEvent(_next++, text, status.State.HasEnded()));
            if (_events.Count > Kept)
            {
                _events.RemoveFirst();
            }

            (grown, _grown) = (_grown, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        grown.TrySetResult();
    }

    /// <summary>Whether who has received an event has received the end of the sweep. Only an event of this log says so: a later log has higher numbers, and may have ended before the sweep did.</summary>
    /// <param name="number">The last that was received.</param>
    public bool IsOver(long number)
    {
        lock (_lock)
        {
            return _events.Last?.Value is { IsLast: true } last && number == last.Number;
        }
    }

    /// <summary>The events after a number, each once.</summary>
    /// <param name="number">The last that was received; null: none was, and the present status is all that is wanted.</param>
    public IReadOnlyList<SweepEvent> After(long? number)
    {
        lock (_lock)
        {
            if (number is { } last && _events.First is { } first && last >= first.Value.Number - 1 && last < _next)
            {
                return [.. _events.SkipWhile(one => one.Number <= last)];
            }

            return _events.Last is { } newest ? [newest.Value] : [];
        }
    }
}

/// <summary>The status of a sweep from some moment on.</summary>
/// <param name="Number">Ascending.</param>
/// <param name="Data">The status as JSON.</param>
/// <param name="IsLast">Whether the sweep has ended.</param>
internal sealed record SweepEvent(long Number, string Data, bool IsLast);
