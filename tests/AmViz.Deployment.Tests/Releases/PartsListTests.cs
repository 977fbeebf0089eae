using System.Text.Json.Nodes;
using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Manifests;
using AmViz.Deployment.Tests.Tools;

namespace AmViz.Deployment.Tests.Releases;

/// <summary>What a release is made of, as tools/sbom.sh lists it.</summary>
public sealed class PartsListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EveryPackageOfTheProgramAndOfItsPagesIsListedWithItsHash()
    {
        Tool.KubernetesModels.Needed();
        var page = Directory.CreateDirectory(_folder.At("sources", "page")).FullName;
        await File.WriteAllTextAsync(Path.Combine(page, "package.json"), """{"name": "page", "version": "1.0.0", "devDependencies": {"part": "2.0.0"}}""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(page, "package-lock.json"), $$$"""
            {"name": "page", "version": "1.0.0", "lockfileVersion": 3, "packages": {
              "": {"name": "page", "version": "1.0.0", "devDependencies": {"part": "2.0.0"}},
              "node_modules/part": {"version": "2.0.0", "dev": true, "resolved": "https://packages.example/part-2.0.0.tgz", "integrity": "sha512-{{{Convert.ToBase64String(new byte[64])}}}"}
            }}
            """, TestContext.Current.CancellationToken);
        (await ToolRun.RunAsync("bash", ["tools/sbom.sh", _folder.At("lists"), _folder.At("sources")])).Succeeded();

        var program = Read("amviz");
        Assert.Equal((string)Yaml.Read(await File.ReadAllTextAsync(Path.Combine(Release.Folder, "Chart.yaml"), TestContext.Current.CancellationToken))[0]["appVersion"]!, (string?)program["metadata"]!["component"]!["version"]);
        var listed = program["components"]!.AsArray().ToDictionary(part => $"{part!["name"]} {part["version"]}", part => part!["hashes"]?.AsArray().Count ?? 0, StringComparer.Ordinal);
        Assert.All(Locked(), package => Assert.True(listed.GetValueOrDefault(package) > 0, $"{package} is not listed with its hash."));
        Assert.All(["libtorch-cpu-linux-x64", "Microsoft.Orleans.Server", "TorchSharp"], name => Assert.Contains(listed.Keys, package => package.StartsWith($"{name} ", StringComparison.Ordinal)));

        var part = Assert.Single(Read("page")["components"]!.AsArray())!;
        Assert.Equal(("part", "2.0.0", 1), ((string?)part["name"], (string?)part["version"], part["hashes"]!.AsArray().Count));
    }

    private JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(_folder.At("lists", $"{name}.cdx.json")))!;

    /// <summary>Name and version of all that the program restores.</summary>
    private static IReadOnlyList<string> Locked()
        => [.. JsonNode.Parse(File.ReadAllText(RepositoryTree.At("src", "AmViz.Cli", "packages.lock.json")))!["dependencies"]!["net10.0"]!.AsObject()
            .Where(package => (string?)package.Value!["type"] != "Project").Select(package => $"{package.Key} {package.Value!["resolved"]}")];
}
