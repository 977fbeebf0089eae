namespace AmViz.Networks;

/// <summary>Weights could not be fetched: the source cannot be reached, refuses, or gives other bytes than it should.</summary>
/// <remarks>Unlike the errors about weights themselves, the same command may succeed later; what was fetched so far is kept.</remarks>
public sealed class HubException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the source was reached and says that it has no such file.</summary>
    internal bool IsMissing { get; init; }
}
