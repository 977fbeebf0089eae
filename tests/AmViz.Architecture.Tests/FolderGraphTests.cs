namespace AmViz.Architecture.Tests;

/// <summary>Folders are floors: each uses only those below it, and the files beside them are the top floor.</summary>
public sealed class FolderGraphTests
{
    public static TheoryData<string> Projects => [.. Project.OfSource.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void NoFoldersOfAProjectUseEachOther(string project)
        => Assert.Empty(new SourceFolders(Assemblies.Architecture, project).Circles());
}
