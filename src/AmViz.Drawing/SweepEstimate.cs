namespace AmViz.Drawing;

/// <summary>What a sweep would take.</summary>
/// <param name="Device">Kind of device that was measured, such as <c>cpu</c>.</param>
/// <param name="Renderers">Renderers that drew side by side while it was measured.</param>
/// <param name="Layers">Every layer of the plan, in its order.</param>
public sealed record SweepEstimate(string Device, int Renderers, IReadOnlyList<LayerEstimate> Layers)
{
    /// <summary>Pictures.</summary>
    public int Pictures => Layers.Sum(layer => layer.Pictures);

    /// <summary>Seconds that one renderer would take for all, beside as many others as were measured.</summary>
    public double DeviceSeconds => Layers.Sum(layer => layer.Pictures * layer.SecondsAPicture);

    /// <summary>Seconds until a renderer draws, of all networks of which something is drawn: each loads them for itself, all at once.</summary>
    public double StartSeconds => Layers.Where(layer => layer.Pictures > 0).GroupBy(layer => layer.Model, StringComparer.Ordinal).Sum(network => network.Max(layer => layer.StartSeconds));

    /// <summary>Seconds that the measured renderers take together, until the last picture is drawn.</summary>
    public double Seconds => (DeviceSeconds / Renderers) + StartSeconds;

    /// <summary>Bytes of all pictures.</summary>
    public double Bytes => Layers.Sum(layer => layer.Pictures * layer.BytesAPicture);
}

/// <summary>What a layer would take.</summary>
/// <param name="Model">Network.</param>
/// <param name="Layer">Layer.</param>
/// <param name="Pictures">Pictures.</param>
/// <param name="SecondsAPicture">Device seconds of one.</param>
/// <param name="BytesAPicture">Bytes of one; 0 where none of those that were tried came out.</param>
/// <param name="StepsMeasured">Steps of the longest ascent that was timed; 0: the layer lies between two that were measured.</param>
public sealed record LayerEstimate(string Model, string Layer, int Pictures, double SecondsAPicture, double BytesAPicture, int StepsMeasured)
{
    /// <summary>Seconds that a renderer takes longer for the first batch of the layer's network than for a later one: it loads the network. Once for all layers of the network.</summary>
    public double StartSeconds { get; init; }
}
