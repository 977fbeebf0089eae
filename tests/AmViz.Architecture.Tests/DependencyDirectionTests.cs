using ArchUnitNET.Fluent.Syntax.Elements.Types;
using ArchUnitNET.xUnitV3;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace AmViz.Architecture.Tests;

/// <summary>What the project graph cannot say: packages come along transitively, so namespaces are watched too.</summary>
public sealed class DependencyDirectionTests
{
    [Fact]
    public void TheClusterNeverSeesTorch()
        => In("Cluster").Should().NotDependOnAny(Anything("TorchSharp"))
            .Because("grains must run in tests and on CPU-only silos without libtorch")
            .Check(Assemblies.Architecture);

    [Fact]
    public void StorageAtlasAndSweepsNeverSeeTorch()
        => In("(Storage|Atlas|Sweeps|Imaging)").Should().NotDependOnAny(Anything("TorchSharp"))
            .Because("results must be readable where no torch is installed")
            .Check(Assemblies.Architecture);

    [Fact]
    public void TheMathematicsNeverSeesTheCluster()
        => In("(Maximization|Models|Weights|Imaging)").Should().NotDependOnAny(Anything(@"(Orleans|AmViz\.Cluster)"))
            .Because("pictures must be drawable without a cluster")
            .Check(Assemblies.Architecture);

    [Fact]
    public void SweepsSeeOfOrleansOnlyTheSerializer()
        => In("Sweeps").Should().NotDependOnAny(Anything(@"Orleans\.(Runtime|Hosting|Configuration)"))
            .Because("specs, plans and records are plain data that a client without Orleans reads too")
            .Check(Assemblies.Architecture);

    [Fact]
    public void TheLibrariesNeverSeeTheCommandLine()
        => In("(Atlas|Cluster|Imaging|Maximization|Models|Networks|Storage|Sweeps|Weights)")
            .Should().NotDependOnAny(Anything(@"(System\.CommandLine|Spectre\.Console)"))
            .Because("libraries report through values and loggers; only the command line talks to a person")
            .Check(Assemblies.Architecture);

    private static GivenTypesConjunction In(string area)
        => Types().That().ResideInNamespaceMatching(@$"^AmViz\.{area}(\.|$)");

    private static GivenTypesConjunction Anything(string area)
        => Types(includeReferenced: true).That().ResideInNamespaceMatching(@$"^{area}(\.|$)");
}
