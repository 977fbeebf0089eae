namespace AmViz.Cluster.Abstractions;

/// <summary>The cluster cannot be reached.</summary>
/// <param name="message">What was found, what was expected, what to do.</param>
/// <param name="innerException">The cause.</param>
public sealed class ClusterUnreachableException(string message, Exception? innerException = null) : Exception(message, innerException);
