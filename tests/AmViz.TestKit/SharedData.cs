namespace AmViz.TestKit;

/// <summary>
/// Real weights and photographs that lie outside of the repository, because they are not ours to publish: in the folder that
/// the environment variable <c>AMVIZ_TEST_DATA</c> names, otherwise in <c>shared</c> beside the repository.
/// </summary>
public static class SharedData
{
    /// <summary>Name of the variable.</summary>
    public const string Variable = "AMVIZ_TEST_DATA";

    /// <summary>The folder; it need not be there.</summary>
    public static string Root { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } told ? told : BesideRepository();

    /// <summary>Folder of the photographs; it need not be there.</summary>
    public static string Photos => Path.Combine(Root, "photos");

    /// <summary>Folder of weights by name; it need not be there.</summary>
    public static string Weights(string name) => Path.Combine(Root, "weights", name);

    /// <summary>Why a test that needs the folder must be skipped; null if it is there.</summary>
    public static string? WhyMissing(string folder) =>
        Directory.Exists(folder) ? null : $"The test data {folder} is not on this machine; name its folder in {Variable}.";

    private static string BesideRepository() => Path.GetFullPath(RepositoryTree.At("..", "shared"));
}
