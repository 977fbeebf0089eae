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
    /// <param name="trained">Side of the pictures it was trained on, in pixels.</param>
    public int SmallestSize(int trained)
    {
        var size = (Math.Min(NetworkDescription.SmallestSize, trained) + SizeStep - 1) / SizeStep * SizeStep;
        while (_layers.Exists(layer => layer.Extent(size) is { Height: < 1 } or { Width: < 1 }))
        {
            size += SizeStep;
        }

        return size;
    }
}
