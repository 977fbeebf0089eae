namespace AmViz.Cluster.Silo;

/// <summary>Asks for the silo to leave and to join again as a new one, in the same process.</summary>
internal sealed class Rejoining : IDisposable
{
    private readonly CancellationTokenSource _requested = new();

    /// <summary>Why; null: nobody asked.</summary>
    public string? Reason { get; private set; }

    /// <summary>Fires when somebody asks.</summary>
    public CancellationToken Requested => _requested.Token;

    /// <summary>Asks; the first reason stands.</summary>
    public void Request(string reason)
    {
        Reason ??= reason;
        _requested.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose() => _requested.Dispose();
}
