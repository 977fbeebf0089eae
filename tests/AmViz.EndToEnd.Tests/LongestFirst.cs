using AmViz.EndToEnd.Tests.Cluster;
using AmViz.EndToEnd.Tests.Documentation;
using AmViz.EndToEnd.Tests.Kubernetes;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(AmViz.EndToEnd.Tests.LongestFirst))]

namespace AmViz.EndToEnd.Tests;

/// <summary>Classes of minutes begin before those of seconds: one that begins last runs alone in the end, on one of the cores.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    // By the processor time of each alone.
    private static readonly Type[] Long =
        [typeof(ChaosTests), typeof(RestartTests), typeof(KillTests), typeof(DocumentedCommandsTests), typeof(ReleaseTests), typeof(DocumentedClusterTests), typeof(SweepErrandTests), typeof(StoredNetworkTests), typeof(TlsTests)];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection
        => [.. testCollections.OrderBy(collection => Place(collection.TestCollectionDisplayName)).ThenBy(collection => collection.UniqueID, StringComparer.Ordinal)];

    private static int Place(string collection)
        => Array.FindIndex(Long, type => collection.Contains(type.FullName!, StringComparison.Ordinal)) is >= 0 and var place ? place : Long.Length;
}
