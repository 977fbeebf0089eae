namespace AmViz.Cluster.Api;

/// <summary>How a channel ended, if it has.</summary>
public enum TaskEnd
{
    /// <summary>It has not.</summary>
    Open,

    /// <summary>With a picture.</summary>
    Rendered,

    /// <summary>Nothing excites it.</summary>
    Dead,

    /// <summary>Its objective became NaN or infinite.</summary>
    NotFinite,

    /// <summary>By an error.</summary>
    Failed,
}
