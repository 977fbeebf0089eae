namespace AmViz.Weights;

/// <summary>Root of all errors about a network: its weights, its name, its layers, its pictures. Trying again changes nothing.</summary>
/// <param name="message">What was found, what was expected, what to do.</param>
/// <param name="inner">The cause.</param>
public abstract class NetworkException(string message, Exception? inner = null) : Exception(message, inner);
