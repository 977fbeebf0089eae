namespace AmViz.Cluster.Api;

/// <summary>What the API needs of the program that hosts it.</summary>
public sealed record ApiOptions
{
    /// <summary>The store of the cluster.</summary>
    public required IBlobStore Store { get; init; }

    /// <summary>Reads specs and knows networks, given the store.</summary>
    public required Func<IBlobStore, ISweepPlanner> Planner { get; init; }

    /// <summary>How much may be asked for.</summary>
    public ApiLimits Limits { get; init; } = new();

    /// <summary>The issuer whose tokens open the API beside access keys; null: access keys alone do. Default: null.</summary>
    public OidcOptions? Oidc { get; init; }
}
