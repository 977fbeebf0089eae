namespace AmViz.Architecture.Tests;

/// <summary>Folders are floors: each uses only those below it, and the files beside them are the top floor.</summary>
public sealed class FolderGraphTests
{
    public static TheoryData<string> Projects => [.. Project.OfSource.Keys];

    /// <summary>Otherwise a graph without a circle would say nothing.</summary>
    [Fact]
    public void WhatFoldersUseIsSeen()
    {
        var models = new SourceFolders(Assemblies.Architecture, "AmViz.Models");
        Assert.Superset(new HashSet<string>(["Config", "Layers", "Names"], StringComparer.Ordinal), models.UsedBy("Architectures").ToHashSet(StringComparer.Ordinal));
        Assert.DoesNotContain("Architectures", models.UsedBy("Layers"));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void NoFoldersOfAProjectUseEachOther(string project)
        => Assert.Empty(new SourceFolders(Assemblies.Architecture, project).Circles());
}
