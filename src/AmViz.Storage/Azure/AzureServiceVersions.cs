using Azure.Storage.Blobs;

namespace AmViz.Storage;

/// <summary>Versions of the service's interface, written as the service writes them: <c>2025-11-05</c>.</summary>
internal static class AzureServiceVersions
{
    /// <summary>The newest few, newest first.</summary>
    public static IEnumerable<string> Newest => Enum.GetValues<BlobClientOptions.ServiceVersion>().OrderDescending().Take(4).Select(Text);

    /// <summary>The version that is written as <paramref name="text"/>; null if there is none.</summary>
    public static BlobClientOptions.ServiceVersion? Find(string text)
        => Enum.GetValues<BlobClientOptions.ServiceVersion>().Cast<BlobClientOptions.ServiceVersion?>().FirstOrDefault(version => Text(version!.Value) == text);

    // The library's names are V2025_11_05.
    private static string Text(BlobClientOptions.ServiceVersion version) => $"{version}"[1..].Replace('_', '-');
}
