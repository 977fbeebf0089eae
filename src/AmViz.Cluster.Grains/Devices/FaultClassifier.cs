using AmViz.Storage;

namespace AmViz.Cluster.Grains;

/// <summary>Distinguishes errors that no channel can cause from those that a channel may be to blame for.</summary>
internal static class FaultClassifier
{
    /// <summary>How much a device that met the error cannot draw; null: a task of the batch may be to blame.</summary>
    public static DeviceFaultScope? ScopeOf(Exception error) => error switch
    {
        DeviceFaultException fault => fault.Scope,
        // Pictures that were drawn wait for the store (PictureStorer). Whatever else needs it on the way to a picture is the network.
        StoreUnreachableException => DeviceFaultScope.Network,
        // Not enough memory, no disk, no right to use it, no library: whatever is drawn next needs them too.
        OutOfMemoryException or IOException or UnauthorizedAccessException => DeviceFaultScope.Device,
        DllNotFoundException or BadImageFormatException or TypeInitializationException or EntryPointNotFoundException => DeviceFaultScope.Device,
        _ => null,
    };
}
