using Orleans.Serialization;

namespace AmViz.Cluster.Abstractions;

/// <summary>How exceptions cross a call between members of a cluster.</summary>
public static class RemoteExceptions
{
    /// <summary>
    /// Lets exceptions of every type through. Orleans knows its own and the system's; of any other, such as a full disk, the caller would only learn that it has
    /// no codec. Silos and clients need it alike.
    /// </summary>
    public static void AllowAll(ExceptionSerializationOptions options) => options.SupportedExceptionTypeFilter = _ => true;
}
