namespace AmViz.Cluster.Grains;

/// <summary>A part of a device's agent has died, and the device is served no more.</summary>
/// <param name="device">The device.</param>
/// <param name="part">What the part did, such as <c>storing</c>.</param>
/// <param name="innerException">Why it died.</param>
internal sealed class DeviceAgentException(string device, string part, Exception? innerException) : Exception(
    $"The agent of {device} has ended, because its {part} died: {innerException?.Message ?? "it was cancelled."} Expected it to go on until the silo leaves. Its leases were released; start the silo again.",
    innerException);
