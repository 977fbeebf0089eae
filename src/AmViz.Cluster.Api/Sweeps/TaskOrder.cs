namespace AmViz.Cluster.Api;

/// <summary>Orders of a list of channels.</summary>
internal enum TaskOrder
{
    /// <summary>By layer, channel and seed.</summary>
    Plan,

    /// <summary>Those that ended last first.</summary>
    Newest,
}
