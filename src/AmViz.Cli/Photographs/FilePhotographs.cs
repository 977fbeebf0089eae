using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Photographs;

/// <summary>Files of a folder, or the copies of them in the store; which ones a shard has lies in the store, so that the list is in no memory.</summary>
/// <param name="root">The folder; null: they are read from the store.</param>
/// <param name="plan">The pass.</param>
/// <param name="store">Where the lists are, and the copies.</param>
/// <param name="network">What they are made ready for.</param>
internal sealed class FilePhotographs(string? root, ResponsePlan plan, ResponseStore store, NetworkDescription network) : IPhotographs
{
    /// <inheritdoc/>
    public async Task<Func<long, Task<PhotographReading>>> OpenAsync(ResponseShard shard, CancellationToken cancellationToken)
    {
        var list = await store.ReadListAsync(plan, shard.Index, cancellationToken);
        return number => ReadAsync(number, list[(int)(number - shard.First)], cancellationToken);
    }

    private async Task<PhotographReading> ReadAsync(long number, ListedPhotograph listed, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = root is null ? await store.ReadCopyAsync(plan, number, cancellationToken) : PictureLoader.ReadFile(Path.Combine(root, listed.Name));
            var (width, height) = PictureLoader.SizeOf(bytes, listed.Name);
            var picture = NetworkInput.Read(bytes, listed.Name, network).Picture;
            return new(new(number, ContentDigest.Of(bytes), listed.Name, plan.Photographs.LabelIndex(listed.Label), width, height), picture, Unreadable: null);
        }
        catch (Exception e) when (e is ImagingException or IOException or UnauthorizedAccessException)
        {
            // The same sentence wherever the folder lies.
            return new(Photograph: null, Picture: null, new(number, listed.Name, root is null ? e.Message : e.Message.Replace(Path.Combine(root, listed.Name), listed.Name, StringComparison.Ordinal)));
        }
    }
}
