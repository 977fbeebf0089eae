namespace AmViz.Sweeps;

/// <summary>The device, or what it needs around it, is at fault, and not the channels it was asked for: another device may draw them, or this one later.</summary>
/// <remarks>Such as a network that cannot be fetched, opened or loaded here, a full disk, memory that ran out, a driver that failed.</remarks>
/// <param name="message">What was found, what was expected, what to do.</param>
/// <param name="innerException">The cause.</param>
public sealed class DeviceFaultException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>How much of its work the device cannot do. Default: none of it can be done.</summary>
    public DeviceFaultScope Scope { get; init; } = DeviceFaultScope.Device;
}

/// <summary>What a device cannot draw at the moment.</summary>
public enum DeviceFaultScope
{
    /// <summary>Anything.</summary>
    Device,

    /// <summary>Channels of the network it was asked for.</summary>
    Network,

    /// <summary>Channels of the layer it was asked for, with that recipe: they may need more memory than others.</summary>
    Layer,
}
