using AmViz.TestKit;

namespace AmViz.Architecture.Tests;

public sealed class FolderLayoutTests
{
    private const string Suffix = ".Tests";

    /// <summary>Tests of the whole rather than of one project.</summary>
    private static readonly string[] OfTheWhole = ["AmViz.Architecture.Tests", "AmViz.Deployment.Tests", "AmViz.EndToEnd.Tests"];

    [Fact]
    public void EveryFolderIsNamedLikeItsProject()
        => Assert.All(
            Project.OfSource.Values.Concat(Project.OfTests.Values),
            project => Assert.Equal(project.Name, project.Folder));

    [Fact]
    public void EverySourceProjectHasItsTests()
        => Assert.Empty(Project.OfSource.Keys.Select(name => name + Suffix).Except(Project.OfTests.Keys, StringComparer.Ordinal));

    [Fact]
    public void EveryTestProjectIsNamedAfterWhatItTests()
        => Assert.Empty(
            Project.OfTests.Keys
                .Where(name => name.EndsWith(Suffix, StringComparison.Ordinal))
                .Except(OfTheWhole)
                .Select(name => name[..^Suffix.Length])
                .Except(Project.OfSource.Keys.Concat(Project.OfTests.Keys), StringComparer.Ordinal));

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        var solution = File.ReadAllText(RepositoryTree.At("AmViz.Cluster.sln"));
        Assert.All(
            Project.OfSource.Keys.Select(name => $@"src\{name}\{name}.csproj").Concat(Project.OfTests.Keys.Select(name => $@"tests\{name}\{name}.csproj")),
            path => Assert.Contains(path, solution, StringComparison.Ordinal));
    }

    [Fact]
    public void NoSourceProjectReferencesATestProject()
        => Assert.Empty(Project.OfSource.Values.SelectMany(project => project.References).Intersect(Project.OfTests.Keys));

    [Fact]
    public void EveryNamespaceBeginsWithItsProject()
    {
        var wrong =
            from project in Project.OfSource.Values.Concat(Project.OfTests.Values)
            let top = Project.OfSource.ContainsKey(project.Name) ? "src" : "tests"
            from file in Directory.EnumerateFiles(RepositoryTree.At(top, project.Folder), "*.cs", SearchOption.AllDirectories)
            let line = File.ReadLines(file).FirstOrDefault(text => text.StartsWith("namespace ", StringComparison.Ordinal))
            where line is not null && !line.StartsWith($"namespace {project.Name}", StringComparison.Ordinal)
            select $"{Path.GetRelativePath(RepositoryTree.Root, file)}: {line}";
        Assert.Empty(wrong);
    }
}
