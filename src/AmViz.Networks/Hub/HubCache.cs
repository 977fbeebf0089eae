using AmViz.Models;

namespace AmViz.Networks;

/// <summary>The networks that were fetched, one weights folder each.</summary>
/// <param name="root">The cache folder.</param>
public sealed class HubCache(string root)
{
    /// <summary>That of this process.</summary>
    public static HubCache OfThisProcess() => new(HubSettings.CacheFolderOf(Environment.GetEnvironmentVariable));

    /// <summary>Folder of a network, there or not.</summary>
    public string FolderOf(string name) => Path.Combine(root, "models", name);

    /// <summary>Folder with a note of each upload that is under way.</summary>
    public string Uploads => Path.Combine(root, "uploads");

    /// <summary>Folder of a network, by any of its names, that was fetched whole; null if it was not.</summary>
    /// <remarks>The description is written last, so where it is, everything is.</remarks>
    public string? Find(string name)
        => KeptName(name) is { } kept && File.Exists(Path.Combine(FolderOf(kept), WeightsFolder.ConfigFileName)) ? FolderOf(kept) : null;

    /// <summary>Names of the repositories that were fetched whole, sorted.</summary>
    public IReadOnlyList<string> Repositories => Directory.Exists(FolderOf(string.Empty))
        ? [.. Directory.GetDirectories(FolderOf(string.Empty)).Select(folder => Path.GetFileName(folder)).Where(name => HubRepository.IsKeptName(name) && Find(name) is not null).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The name under which a network is kept, from any of its names or that of its repository; null where it is none that could be fetched.</summary>
    public static string? KeptName(string name) => HubCatalogue.Find(name)?.Name ?? HubRepository.KeptName(name);
}
