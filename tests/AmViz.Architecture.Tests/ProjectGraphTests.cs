namespace AmViz.Architecture.Tests;

/// <summary>The layering as a table: a project may reference only what stands in its row.</summary>
public sealed class ProjectGraphTests
{
    private static readonly string[] Mathematics = ["AmViz.Imaging", "AmViz.Models", "AmViz.Sweeps"];
    private static readonly string[] Grains = ["AmViz.Cluster.Abstractions", "AmViz.Storage", "AmViz.Sweeps"];
    private static readonly string[] Silo = ["AmViz.Atlas", "AmViz.Cluster.Grains", "AmViz.Maximization", .. Mathematics, .. Grains];

    public static TheoryData<string, string[], string[]> Rows => new()
    {
        // project, projects it may reference, packages it may reference
        { "AmViz.Sweeps", [], ["Microsoft.Orleans.CodeGenerator", "Microsoft.Orleans.Serialization"] },
        { "AmViz.Imaging", [], ["NetVips", "NetVips.Native.linux-x64", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies"] },
        // The last three packages are TorchSharp's own dependencies, named because the versions it asks for cannot all be had.
        { "AmViz.Models", [], ["BitFaster.Caching", "Polly.Core", "TorchSharp", "Google.Protobuf", "SharpZipLib", "SkiaSharp"] },
        { "AmViz.Maximization", Mathematics, [] },
        { "AmViz.Storage", ["AmViz.Sweeps"], ["Azure.Identity", "Azure.Storage.Blobs", "BitFaster.Caching", "Parquet.Net"] },
        { "AmViz.Atlas", ["AmViz.Imaging", "AmViz.Storage", "AmViz.Sweeps"], ["Handlebars.Net"] },
        { "AmViz.Cluster.Abstractions", ["AmViz.Sweeps"], ["Microsoft.Orleans.Sdk"] },
        { "AmViz.Cluster.Grains", Grains, ["BitFaster.Caching", "Microsoft.Orleans.Reminders", "Microsoft.Orleans.Server"] },
        {
            "AmViz.Cluster.Silo",
            Silo,
            [
                "Microsoft.Orleans.Client", "Microsoft.Orleans.Clustering.Redis", "Microsoft.Orleans.Dashboard", "Microsoft.Orleans.Persistence.Redis", "Microsoft.Orleans.Reminders", "Microsoft.Orleans.Reminders.Redis", "Microsoft.Orleans.Server",
                "OpenTelemetry.Exporter.OpenTelemetryProtocol", "OpenTelemetry.Exporter.Prometheus.AspNetCore", "OpenTelemetry.Extensions.Hosting", "OpenTelemetry.Instrumentation.Runtime", "StackExchange.Redis",
            ]
        },
        {
            "AmViz.Cli",
            [.. Silo, "AmViz.Cluster.Silo"],
            ["Handlebars.Net", "Spectre.Console", "System.CommandLine", "YamlDotNet"]
        },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void AProjectReferencesOnlyWhatItsRowAllows(string project, string[] projects, string[] packages)
    {
        var found = Project.OfSource[project];
        Assert.Empty(found.References.Except(projects, StringComparer.Ordinal));
        Assert.Empty(found.Packages.Except(packages, StringComparer.Ordinal));
    }

    [Fact]
    public void EverySourceProjectHasARow()
        => Assert.Equal(
            Project.OfSource.Keys.Order(StringComparer.Ordinal),
            Rows.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    [Fact]
    public void TorchIsInReachOfTheMathematicsAndTheExecutablesOnly()
        => Assert.Equal(
            ["AmViz.Cli", "AmViz.Cluster.Silo", "AmViz.Maximization", "AmViz.Models"],
            Project.OfSource.Values.Where(project => project.PackagesInReach.Contains("TorchSharp")).Select(project => project.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void OnlyTheCommandLineCarriesTheHalfGigabyteOfTorchNatives()
        => Assert.Equal(["AmViz.Cli"], Project.OfSource.Values.Where(project => project.UsesLibtorch).Select(project => project.Name));

    [Fact]
    public void CodeGeneratorsStayInTheBuildOfTheirProject()
    {
        var generators = Project.OfSource.Values.SelectMany(project => project.PackageElements)
            .Where(package => ((string)package.Attribute("Include")!).EndsWith(".CodeGenerator", StringComparison.Ordinal));
        Assert.All(generators, package => Assert.Equal("all", (string?)package.Attribute("PrivateAssets")));
    }
}
