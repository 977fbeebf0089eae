using System.Reflection;

namespace AmViz.Atlas.Output;

/// <summary>The page of an atlas with its script and style, as they were built (folder Built); <c>Client</c> is their source.</summary>
internal static class AtlasProgram
{
    private const string Prefix = "built/";

    // In the page's policy: from where pictures may come beside the atlas itself.
    private const string StorePlace = " STORE;";

    /// <summary>Writes them.</summary>
    /// <param name="folder">Of the atlas.</param>
    /// <param name="options">From where pages take pictures.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static async Task WriteAsync(AtlasFolder folder, AtlasOptions options, CancellationToken cancellationToken)
    {
        foreach (var name in Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var content = new MemoryStream();
            await using (var built = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!)
            {
                await built.CopyToAsync(content, cancellationToken);
            }

            var file = name[Prefix.Length..];
            if (file != AtlasPaths.Home)
            {
                await folder.WriteAsync($"assets/{file}", content.ToArray(), cancellationToken);
                continue;
            }

            var page = System.Text.Encoding.UTF8.GetString(content.ToArray()).Replace(StorePlace, $"{OriginOf(options)};", StringComparison.Ordinal);
            await folder.WriteAsync(AtlasPaths.Home, page, cancellationToken);
        }
    }

    private static string OriginOf(AtlasOptions options)
        => Uri.TryCreate(options.StoreAddress, UriKind.Absolute, out var address) ? $" {address.GetLeftPart(UriPartial.Authority)}" : "";
}
