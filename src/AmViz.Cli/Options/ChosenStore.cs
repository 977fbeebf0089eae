using AmViz.Storage;

namespace AmViz.Cli.Options;

/// <summary>A store that a command line named.</summary>
/// <param name="Blobs">The store.</param>
/// <param name="Out">The folder of <c>--out</c>; null if none was given.</param>
/// <param name="Arguments">The options that name this store, for the command line of a next step.</param>
internal sealed record ChosenStore(IBlobStore Blobs, string? Out, string Arguments)
{
    private const string Atlas = "atlas";

    /// <summary>Default folder of the pages; null: the store is not a folder and no folder is named.</summary>
    public string? AtlasFolder => (Out ?? Folder) is { } folder ? Path.Combine(Path.GetFullPath(folder), Atlas) : null;

    private string? Folder => (Blobs as FolderBlobStore)?.Root;

    /// <summary>Address of the store as a browser sees it from an atlas in <paramref name="folder"/>; null: pictures are copied there.</summary>
    public string? SeenFrom(string folder) => Folder is { } root && folder == Path.Combine(root, Atlas) ? "../" : null;

    /// <summary>A blob, for people: a path where it is a file.</summary>
    public string Locate(BlobPath path) => Folder is { } root ? Path.Combine(root, path.Value) : $"{Blobs.Name}/{path}";
}
