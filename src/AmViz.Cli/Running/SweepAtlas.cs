using AmViz.Atlas;
using AmViz.Cli.Options;
using AmViz.Storage;

namespace AmViz.Cli.Running;

/// <summary>Lays out the pictures of a sweep as pages.</summary>
internal static class SweepAtlas
{
    /// <summary>Builds the pages of <paramref name="id"/> if the store has a folder for them.</summary>
    /// <param name="id">The sweep.</param>
    /// <param name="store">Where its pictures are.</param>
    /// <param name="log">Warned of pictures that cannot be read.</param>
    /// <param name="cancellationToken">Stops between two pages.</param>
    /// <returns>Path of the page to open; null if there is no folder.</returns>
    /// <exception cref="StorageException">The store has no plan of the sweep.</exception>
    public static async Task<string?> BuildAsync(SweepId id, ChosenStore store, TextWriter log, CancellationToken cancellationToken)
    {
        if (store.AtlasFolder is not { } folder)
        {
            return null;
        }

        var sweep = await AtlasSweep.ReadAsync(store.Blobs, id, cancellationToken)
            ?? throw new StorageException($"{store.Blobs.Name} has no plan of sweep '{id}' any more. Run it again.");
        var report = await new AtlasBuilder(store.Blobs, new AtlasOptions { StoreAddress = store.SeenFrom(folder) })
            .BuildAsync(sweep, folder, progress: null, cancellationToken);
        if (report.UnreadablePictures > 0)
        {
            log.WriteLine($"warning: {report.UnreadablePictures} pictures of the manifest cannot be read. Run 'amviz manifest verify {store.Arguments}'.");
        }

        return report.IndexPage;
    }
}
