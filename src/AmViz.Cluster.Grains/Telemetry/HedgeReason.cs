namespace AmViz.Cluster.Grains;

/// <summary>Why a lease is hedged, the most urgent first.</summary>
internal enum HedgeReason
{
    /// <summary>Nothing was heard from its device for three renewals.</summary>
    Silent,

    /// <summary>It takes longer than its device expected.</summary>
    Late,

    /// <summary>Its device has not begun it and is busy, while another one has nothing to do.</summary>
    Waiting,

    /// <summary>It took so long that its device was told to leave it to others.</summary>
    Recalled,
}
