namespace AmViz.Storage;

/// <summary>Something is wrong with the store or with what lies in it.</summary>
/// <param name="message">What was found, what was expected, what to do.</param>
/// <param name="innerException">The cause.</param>
public class StorageException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    private const string CanRetryKey = "amviz.canRetry";

    /// <summary>Whether the same call may succeed later without anybody changing what is stored.</summary>
    /// <remarks>Kept with the data of the exception, all that crosses a call between the members of a cluster besides type, message and cause.</remarks>
    public bool CanRetry
    {
        get => Data[CanRetryKey] is true;
        init => Data[CanRetryKey] = value;
    }
}

/// <summary>The store as a whole cannot be used: folder missing or not writable, disk full, service not answering.</summary>
/// <param name="store">Name of the store, such as <c>folder:/data/out</c>.</param>
/// <param name="message">What was found, what was expected, what to do.</param>
/// <param name="innerException">The cause.</param>
public sealed class StoreUnreachableException(string store, string message, Exception? innerException = null)
    : StorageException(message, innerException)
{
    /// <summary>Name of the store.</summary>
    public string Store { get; } = store;
}

/// <summary>A blob is there but holds something else than it should.</summary>
/// <param name="path">Which blob.</param>
/// <param name="message">What was found, what was expected, what to do.</param>
/// <param name="innerException">The cause.</param>
public sealed class CorruptBlobException(BlobPath path, string message, Exception? innerException = null)
    : StorageException(message, innerException)
{
    /// <summary>Which blob.</summary>
    public BlobPath Path { get; } = path;
}

/// <summary>Pictures that a sweep wants are just being removed, with it or with another sweep. The same submission succeeds once that is over.</summary>
/// <param name="sweep">The sweep that is being removed.</param>
public sealed class SweepBeingRemovedException(SweepId sweep)
    : StorageException($"The sweep '{sweep}' is being deleted, and pictures of this submission with it. Submit again in a moment; if that lasts, the logs of the coordinators say what is in its way.");
