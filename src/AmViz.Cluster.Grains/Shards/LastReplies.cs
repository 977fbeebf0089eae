using System.Diagnostics.CodeAnalysis;

namespace AmViz.Cluster.Grains;

/// <summary>The last request of every device with its reply, which a repetition gets: the device cannot know whether the first was received.</summary>
/// <param name="clock">Measures age.</param>
/// <param name="lifetime">How long a device may repeat a request; older replies are removed.</param>
internal sealed class LastReplies(TimeProvider clock, TimeSpan lifetime)
{
    private readonly Dictionary<string, Entry> _replies = new(StringComparer.Ordinal);

    /// <summary>Devices whose reply is in it.</summary>
    public int Count => _replies.Count;

    /// <summary>The reply to a request that is repeated.</summary>
    /// <returns>False if it is a new one, or the last attempt failed.</returns>
    public bool TryFind(ExchangeRequest request, [NotNullWhen(true)] out Task<ExchangeReply>? reply)
    {
        var isRepeated = _replies.TryGetValue(request.Device, out var last) && last.Number == request.Number && !last.Reply.IsFaulted;
        reply = isRepeated ? last.Reply : null;
        return isRepeated;
    }

    /// <summary>Adds a reply, which may not be there yet, in place of the device's last one.</summary>
    public void Add(ExchangeRequest request, Task<ExchangeReply> reply) => _replies[request.Device] = new(request.Number, reply, clock.GetTimestamp());

    /// <summary>Removes the replies that no device asks for again. One that is still awaited stays.</summary>
    public void RemoveOld()
    {
        foreach (var device in _replies.Where(last => last.Value.Reply.IsCompleted && clock.GetElapsedTime(last.Value.At) > lifetime).Select(last => last.Key).ToArray())
        {
            _replies.Remove(device);
        }
    }

    /// <summary>Removes what was answered. What is still awaited will be answered by the generation that opens now, and is asked for again.</summary>
    public void RemoveAnswered()
    {
        foreach (var device in _replies.Where(last => last.Value.Reply.IsCompleted).Select(last => last.Key).ToArray())
        {
            _replies.Remove(device);
        }
    }

    private readonly record struct Entry(long Number, Task<ExchangeReply> Reply, long At);
}
