using System.Net;

namespace AmViz.Cluster.Api;

/// <summary>Sums up refusals that anybody can cause at any rate: of those of one kind, the first of a <see cref="Period"/> is a line of its own, and the others together are one.</summary>
/// <remarks>So what a flood adds to the audit is bounded: by callers that were let in, and by <see cref="MostStrangers"/> kinds of all others.</remarks>
internal sealed class AuditTally
{
    /// <summary>How long refusals are summed up.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>Kinds of refusals of strangers that are told apart; all others are one.</summary>
    public const int MostStrangers = 100;

    private static readonly Kind Others = new("", "", 0);

    private readonly Lock _lock = new();
    private readonly Dictionary<Kind, (AuditEntry Last, long Requests)> _kinds = [];
    private int _strangers;

    /// <summary>Takes a refusal.</summary>
    /// <param name="entry">Its line.</param>
    /// <param name="owner">Who was let in, and asks too much; null: a stranger.</param>
    /// <param name="address">Where it came from.</param>
    /// <returns>Whether it is the first of its kind, and so a line of its own.</returns>
    public bool Take(AuditEntry entry, string? owner, IPAddress? address)
    {
        lock (_lock)
        {
            var kind = KindOf(entry, owner, address);
            var isKnown = _kinds.TryGetValue(kind, out var known);
            _kinds[kind] = (kind == Others ? entry with { Address = null } : entry, isKnown ? known.Requests + 1 : 0);
            return !isKnown;
        }
    }

    /// <summary>Ends the period.</summary>
    /// <returns>A line for the refusals of each kind that were none of their own.</returns>
    public IReadOnlyList<AuditEntry> Close()
    {
        lock (_lock)
        {
            var lines = _kinds.Values.Where(kind => kind.Requests > 0).Select(kind => kind.Last with { Requests = kind.Requests }).ToArray();
            _kinds.Clear();
            _strangers = 0;
            return lines;
        }
    }

    private Kind KindOf(AuditEntry entry, string? owner, IPAddress? address)
    {
        if (owner is not null)
        {
            return new(owner, "", entry.Status);
        }

        var kind = new Kind(entry.Id, RequestRates.Place(address), entry.Status);
        if (_kinds.ContainsKey(kind))
        {
            return kind;
        }

        if (_strangers == MostStrangers)
        {
            return Others;
        }

        _strangers++;
        return kind;
    }

    private sealed record Kind(string Who, string Place, int Status);
}
