using System.Text.Json.Nodes;
using AmViz.TestKit;

namespace AmViz.Architecture.Tests;

/// <summary>Which packages a build is made of is written down, with their hashes.</summary>
public sealed class LockFileTests
{
    [Fact]
    public void EveryProjectHasItsPackagesLocked()
        => Assert.Empty(Directory.EnumerateFiles(RepositoryTree.Root, "*.csproj", SearchOption.AllDirectories)
            .Where(project => !Path.GetRelativePath(RepositoryTree.Root, project).StartsWith("artifacts", StringComparison.Ordinal) && !File.Exists(LockOf(project)))
            .Select(Path.GetFileName));

    [Fact]
    public void EveryLockedPackageHasAHash()
        => Assert.All(Project.All.SelectMany(project => Locked(LockOf(RepositoryTree.At(project.Top, project.Project.Folder, $"{project.Project.Name}.csproj")))), package =>
        {
            if ((string?)package.Value!["type"] != "Project")
            {
                Assert.NotNull(package.Value["resolved"]);
                Assert.Equal(64, Convert.FromBase64String((string)package.Value["contentHash"]!).Length);
            }
        });

    [Fact]
    public void TheProgramIsLockedForThePlatformOfTheImageWithoutCuda()
    {
        var dependencies = JsonNode.Parse(File.ReadAllText(RepositoryTree.At("src", "AmViz.Cli", "packages.lock.json")))!["dependencies"]!.AsObject();
        Assert.Equal(["net10.0", "net10.0/linux-x64"], dependencies.Select(target => target.Key));
        Assert.Contains("libtorch-cpu-linux-x64", dependencies["net10.0"]!.AsObject().Select(package => package.Key));
        Assert.DoesNotContain(dependencies.SelectMany(target => target.Value!.AsObject()), package => package.Key.Contains("cuda", StringComparison.OrdinalIgnoreCase));
    }

    private static string LockOf(string project) => Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json");

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Locked(string file)
        => JsonNode.Parse(File.ReadAllText(file))!["dependencies"]!.AsObject().SelectMany(target => target.Value!.AsObject());
}
