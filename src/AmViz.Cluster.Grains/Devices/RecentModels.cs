namespace AmViz.Cluster.Grains;

/// <summary>The networks that a device drew last. It holds one in memory, and the machine's page cache a few more; what was drawn longer ago is as far away as any other.</summary>
internal sealed class RecentModels
{
    /// <summary>Most networks.</summary>
    public const int Capacity = 4;

    private readonly List<string> _models = new(Capacity);

    /// <summary>Last used first.</summary>
    public IReadOnlyList<string> Recent => [.. _models];

    /// <summary>The network is drawn now.</summary>
    public void Use(string model)
    {
        if (!_models.Remove(model) && _models.Count == Capacity)
        {
            _models.RemoveAt(Capacity - 1);
        }

        _models.Insert(0, model);
    }
}
