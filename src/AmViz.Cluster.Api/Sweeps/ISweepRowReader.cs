namespace AmViz.Cluster.Api;

/// <summary>Where the rows of a sweep were read.</summary>
internal interface ISweepRowReader
{
    /// <summary>What was read.</summary>
    RowTable Table { get; }
}
