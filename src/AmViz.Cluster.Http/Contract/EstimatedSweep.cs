namespace AmViz.Cluster.Http;

/// <summary>What a sweep would take, beside what is stored already.</summary>
/// <param name="SweepId">The sweep.</param>
/// <param name="Channels">Channels of the plan.</param>
/// <param name="Pictures">Pictures to draw.</param>
/// <param name="Stored">Pictures that are in the store already.</param>
/// <param name="Steps">Ascent steps of all pictures.</param>
/// <param name="Device">Kind of device that was measured.</param>
/// <param name="Renderers">Renderers of the machine that was measured, side by side.</param>
/// <param name="DeviceSeconds">Seconds of one device for all; divide by the number of devices.</param>
/// <param name="Seconds">Seconds of that machine, until the last picture is drawn.</param>
/// <param name="Blobs">Pictures as blobs; the manifest adds a few.</param>
/// <param name="Bytes">Bytes of pictures and manifest.</param>
/// <param name="Layers">Every layer.</param>
public sealed record EstimatedSweep(
    SweepId SweepId, int Channels, int Pictures, int Stored, long Steps, string Device, int Renderers, double DeviceSeconds, double Seconds, int Blobs, long Bytes,
    IReadOnlyList<EstimatedLayer> Layers)
{
    /// <summary>Seconds until a device draws: it loads its networks. Part of <see cref="Seconds"/>; every device takes them, beside its share of <see cref="DeviceSeconds"/>.</summary>
    public double StartSeconds { get; init; }
}

/// <summary>What a layer would take.</summary>
/// <param name="Model">Network.</param>
/// <param name="Layer">Layer.</param>
/// <param name="Pictures">Pictures to draw.</param>
/// <param name="SecondsAPicture">Device seconds of one.</param>
/// <param name="BytesAPicture">Bytes of one; 0 where none of those that were tried came out.</param>
/// <param name="StepsMeasured">Steps of the longest ascent that was timed; 0: the layer lies between two that were measured.</param>
public sealed record EstimatedLayer(string Model, string Layer, int Pictures, double SecondsAPicture, double BytesAPicture, int StepsMeasured);
