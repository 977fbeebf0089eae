namespace AmViz.TestKit;

/// <summary>The checkout that a test runs from.</summary>
public static class RepositoryTree
{
    private const string Landmark = "AmViz.Cluster.slnx";

    /// <summary>Folder of the solution file. Found by walking up, because a deterministic build hides source paths.</summary>
    public static string Root { get; } = Find();

    /// <summary>A path below <see cref="Root"/>.</summary>
    public static string At(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Landmark)))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above '{AppContext.BaseDirectory}' holds {Landmark}. Build into the checkout's own artifacts folder.");
    }
}
