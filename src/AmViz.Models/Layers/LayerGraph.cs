namespace AmViz.Models;

/// <summary>The layers of a network in the order of computation, built anew for each loading.</summary>
internal sealed class LayerGraph
{
    private readonly List<Layer> _layers = [];
    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);

    /// <summary>Every layer, listed or not.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <summary>Other names for listed layers.</summary>
    public IReadOnlyDictionary<string, string> Aliases => _aliases;

    /// <summary>Pictures must have a side that is a multiple of this many pixels.</summary>
    public int SizeStep { get; init; } = 1;

    /// <summary>All trained and counted numbers.</summary>
    public ParameterCounts Parameters
    {
        get
        {
            var tensors = _layers.SelectMany(layer => layer.Tensors).ToList();
            return new(tensors.Where(tensor => tensor.Trainable).Sum(tensor => tensor.Count), tensors.Sum(tensor => tensor.Count));
        }
    }

    /// <summary>Appends a layer whose inputs are there already.</summary>
    public T Add<T>(T layer)
        where T : Layer
    {
        foreach (var input in layer.Inputs)
        {
            input.ReaderCount++;
        }

        _layers.Add(layer);
        return layer;
    }

    /// <summary>Another name for a layer.</summary>
    public void AddAlias(string alias, Layer layer) => _aliases.Add(alias, layer.Name);

    /// <summary>Side of the smallest pictures that leave a position in every layer.</summary>
    /// <remarks>Found by halving: an ONNX graph is planned anew for each size, and one with a mean over 7 x 7 positions at the end takes none below 193 pixels.</remarks>
    /// <param name="trained">Side of the pictures it was trained on, in pixels.</param>
    public int SmallestSize(int trained)
    {
        var fits = (trained + SizeStep - 1) / SizeStep;
        while (!Fits(fits * SizeStep))
        {
            fits++;
        }

        for (var fails = ((Math.Min(NetworkDescription.SmallestSize, trained) + SizeStep - 1) / SizeStep) - 1; fits - fails > 1;)
        {
            var middle = (fails + fits) / 2;
            (fails, fits) = Fits(middle * SizeStep) ? (fails, middle) : (middle, fits);
        }

        return fits * SizeStep;
    }

    private bool Fits(int size) => !_layers.Exists(layer => layer.Extent(size) is { Height: < 1 } or { Width: < 1 });
}
