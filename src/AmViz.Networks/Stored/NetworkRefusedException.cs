using AmViz.Weights;

namespace AmViz.Networks;

/// <summary>A network is not what its digest says, and is not used.</summary>
/// <param name="message">What was found, what was expected, what to do.</param>
/// <param name="innerException">The cause.</param>
public sealed class NetworkRefusedException(string message, Exception? innerException = null) : NetworkException(message, innerException)
{
    /// <summary>See <see cref="Storage.StoredNetwork.Mended"/>: what was refused; null if not even the list of its files could be read.</summary>
    internal int? Mended { get; init; }
}
