using AmViz.TestKit;

namespace AmViz.Architecture.Tests;

public sealed class FolderLayoutTests
{
    private const string Suffix = ".Tests";

    /// <summary>Tests of the whole rather than of one project.</summary>
    private static readonly string[] OfTheWhole = ["AmViz.Architecture.Tests", "AmViz.Deployment.Tests", "AmViz.EndToEnd.Tests"];

    [Fact]
    public void EveryFolderIsNamedLikeItsProject()
        => Assert.All(Project.All, entry => Assert.Equal(entry.Project.Name, entry.Project.Folder));

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
                .Except(Project.All.Select(entry => entry.Project.Name), StringComparer.Ordinal));

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        var solution = File.ReadAllText(RepositoryTree.At("AmViz.Cluster.slnx"));
        Assert.All(
            Project.All,
            entry => Assert.Contains($"\"{entry.Top}/{entry.Project.Name}/{entry.Project.Name}.csproj\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void NoSourceProjectReferencesATestProjectOrATool()
        => Assert.Empty(Project.OfSource.Values.SelectMany(project => project.References).Except(Project.OfSource.Keys));

    [Fact]
    public void NoToolReferencesATestProject()
        => Assert.Empty(Project.OfTools.Values.SelectMany(project => project.References).Intersect(Project.OfTests.Keys));

    [Fact]
    public void EveryNamespaceBeginsWithItsProject()
    {
        var wrong =
            from entry in Project.All
            from file in Directory.EnumerateFiles(RepositoryTree.At(entry.Top, entry.Project.Folder), "*.cs", SearchOption.AllDirectories)
            let line = File.ReadLines(file).FirstOrDefault(text => text.StartsWith("namespace ", StringComparison.Ordinal))
            where line is not null && !line.StartsWith($"namespace {entry.Project.Name}", StringComparison.Ordinal)
            select $"{Path.GetRelativePath(RepositoryTree.Root, file)}: {line}";
        Assert.Empty(wrong);
    }
}
