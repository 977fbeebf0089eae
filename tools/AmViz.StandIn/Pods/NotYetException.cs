namespace AmViz.StandIn.Pods;

/// <summary>A pod or container cannot be started as things are; another try may go well.</summary>
/// <param name="reason">In a word, as kubectl shows it.</param>
/// <param name="message">What is missing.</param>
internal sealed class NotYetException(string reason, string message) : Exception(message)
{
    public string Reason => reason;
}
