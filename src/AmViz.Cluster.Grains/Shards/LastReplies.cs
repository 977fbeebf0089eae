using System.Diagnostics.CodeAnalysis;
using AmViz.Cluster.Abstractions;

namespace AmViz.Cluster.Grains;

/// <summary>The last request of every device with its reply, which a repetition gets: whether the first was heard, the device cannot know.</summary>
/// <param name="clock">Measures age.</param>
/// <param name="lasts">How long a device may repeat a request; older replies are forgotten.</param>
internal sealed class LastReplies(TimeProvider clock, TimeSpan lasts)
{
    private readonly Dictionary<string, Entry> _replies = new(StringComparer.Ordinal);

    /// <summary>Devices whose reply is kept.</summary>
    public int Count => _replies.Count;

    /// <summary>The reply to a request that is repeated.</summary>
    /// <returns>False if it is a new one, or the last attempt failed.</returns>
    public bool TryFind(ExchangeRequest request, [NotNullWhen(true)] out Task<ExchangeReply>? reply)
    {
        var isRepeated = _replies.TryGetValue(request.Device, out var last) && last.Number == request.Number && !last.Reply.IsFaulted;
        reply = isRepeated ? last.Reply : null;
        return isRepeated;
    }

    /// <summary>Keeps a reply, which may not be there yet.</summary>
    public void Keep(ExchangeRequest request, Task<ExchangeReply> reply) => _replies[request.Device] = new(request.Number, reply, clock.GetTimestamp());

    /// <summary>Forgets the replies that nobody asks for again. One that is still waited for stays.</summary>
    public void ForgetOld()
    {
        foreach (var device in _replies.Where(last => last.Value.Reply.IsCompleted && clock.GetElapsedTime(last.Value.At) > lasts).Select(last => last.Key).ToArray())
        {
            _replies.Remove(device);
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => _replies.Clear();

    private readonly record struct Entry(long Number, Task<ExchangeReply> Reply, long At);
}
