namespace AmViz.Cluster.Api;

/// <summary>How much may be asked for over HTTP.</summary>
public sealed record ApiLimits
{
    /// <summary>Requests a second that each key, or holder of tokens, may make for long. Default: 100.</summary>
    public int KeyRate { get; init; } = 100;

    /// <summary>Requests that they may make at once after a rest. Default: 1,000.</summary>
    public int KeyBurst { get; init; } = 1000;

    /// <summary>Requests a second that are refused for want of a valid key and answered with 401, or present a key for the first time, of each address. Default: 5.</summary>
    public int RefusalRate { get; init; } = 5;

    /// <summary>Such requests at once after a rest. Default: 100.</summary>
    public int RefusalBurst { get; init; } = 100;

    /// <summary>Bytes of the largest network that is uploaded; completing it takes its largest file of memory. Default: 256 MiB.</summary>
    public long MostNetworkBytes { get; init; } = 1 << 28;

    /// <summary>Pictures of the largest sweep that is planned or submitted. Default: 1,000,000.</summary>
    public long MostPictures { get; init; } = 1_000_000;
}
