namespace AmViz.Architecture.Tests;

/// <summary>The layering as a table: a project may reference only what stands in its row.</summary>
public sealed class ProjectGraphTests
{
    private static readonly string[] Contracts = ["AmViz.Cluster.Abstractions", "AmViz.Storage", "AmViz.Sweeps"];

    // TorchSharp's own dependencies are named because the versions it asks for cannot all be had.
    private static readonly string[] Torch = ["TorchSharp", "Google.Protobuf", "SharpZipLib", "SkiaSharp"];

    public static TheoryData<string, string[], string[]> Rows => new()
    {
        // project, projects it may reference, packages it may reference
        { "AmViz.Sweeps", [], ["Microsoft.Orleans.CodeGenerator", "Microsoft.Orleans.Serialization"] },
        { "AmViz.Imaging", [], ["NetVips", "NetVips.Native.linux-x64", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies"] },
        { "AmViz.Weights", [], Torch },
        { "AmViz.Onnx", ["AmViz.Weights"], ["Google.Protobuf", "Grpc.Tools"] },
        { "AmViz.Models", ["AmViz.Onnx", "AmViz.Weights"], ["BitFaster.Caching"] },
        { "AmViz.Responses", ["AmViz.Sweeps"], ["System.Numerics.Tensors"] },
        { "AmViz.Maximization", ["AmViz.Imaging", "AmViz.Models", "AmViz.Responses", "AmViz.Sweeps", "AmViz.Weights"], [] },
        { "AmViz.Storage", ["AmViz.Responses", "AmViz.Sweeps"], ["Azure.Identity", "Azure.Storage.Blobs", "BitFaster.Caching", "Parquet.Net"] },
        { "AmViz.Networks", ["AmViz.Models", "AmViz.Storage", "AmViz.Sweeps", "AmViz.Weights"], ["Polly.Core"] },
        { "AmViz.Drawing", ["AmViz.Maximization", "AmViz.Models", "AmViz.Networks", "AmViz.Sweeps"], [] },
        { "AmViz.Atlas", ["AmViz.Imaging", "AmViz.Storage", "AmViz.Sweeps"], ["Handlebars.Net", "SkiaSharp"] },
        { "AmViz.Cluster.Abstractions", ["AmViz.Sweeps"], ["Microsoft.Orleans.Sdk"] },
        { "AmViz.Cluster.Client", Contracts, ["Microsoft.Extensions.Hosting", "Microsoft.Orleans.Client", "Microsoft.Orleans.Clustering.Redis", "Microsoft.Orleans.Connections.Security", "Polly.Core", "StackExchange.Redis"] },
        { "AmViz.Cluster.Http", ["AmViz.Cluster.Abstractions", "AmViz.Sweeps"], ["Polly.Core"] },
        { "AmViz.Cluster.Api", ["AmViz.Cluster.Client", "AmViz.Cluster.Http", "AmViz.Imaging", .. Contracts], ["BitFaster.Caching", "Microsoft.AspNetCore.Authentication.JwtBearer", "Microsoft.AspNetCore.OpenApi", "Scalar.AspNetCore"] },
        { "AmViz.Cluster.Console", [], [] },
        { "AmViz.Cluster.Grains", Contracts, ["BitFaster.Caching", "Microsoft.Orleans.Reminders", "Microsoft.Orleans.Server"] },
        {
            "AmViz.Cluster.Silo",
            ["AmViz.Cluster.Api", "AmViz.Cluster.Client", "AmViz.Cluster.Console", "AmViz.Cluster.Grains", "AmViz.Imaging", .. Contracts],
            [
                "Microsoft.Orleans.Clustering.Redis", "Microsoft.Orleans.Dashboard", "Microsoft.Orleans.Persistence.Redis", "Microsoft.Orleans.Reminders", "Microsoft.Orleans.Reminders.Redis", "Microsoft.Orleans.Server",
                "OpenTelemetry.Exporter.OpenTelemetryProtocol", "OpenTelemetry.Exporter.Prometheus.AspNetCore", "OpenTelemetry.Extensions.Hosting", "OpenTelemetry.Instrumentation.Runtime", "StackExchange.Redis",
            ]
        },
        {
            "AmViz.Cli",
            [.. Project.OfSource.Keys.Except(["AmViz.Cli"])],
            ["Cloud.Unum.USearch", "Handlebars.Net", "Spectre.Console", "System.CommandLine", "YamlDotNet"]
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
            ["AmViz.Cli", "AmViz.Drawing", "AmViz.Maximization", "AmViz.Models", "AmViz.Networks", "AmViz.Onnx", "AmViz.Weights"],
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
