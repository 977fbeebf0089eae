using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Responding;

/// <summary>Files; which ones a shard has lies in the store, so that the list is in no memory.</summary>
internal sealed class FilePhotographs(string root, ResponsePlan plan, ResponseStore store, NetworkDescription network) : IPhotographs
{
    /// <inheritdoc/>
    public async Task<Func<long, PhotographReading>> OpenAsync(ResponseShard shard, CancellationToken cancellationToken)
    {
        var list = await store.ReadListAsync(plan, shard.Index, cancellationToken);
        return number => Read(number, list[(int)(number - shard.First)]);
    }

    private PhotographReading Read(long number, ListedPhotograph listed)
    {
        var path = Path.Combine(root, listed.Name);
        try
        {
            var bytes = PictureLoader.ReadFile(path);
            var (width, height) = PictureLoader.SizeOf(bytes, listed.Name);
            var picture = NetworkInput.Read(bytes, listed.Name, network).Picture;
            return new(new(number, ContentDigest.Of(bytes), listed.Name, plan.Photographs.LabelIndex(listed.Label), width, height), picture, Unreadable: null);
        }
        catch (Exception e) when (e is ImagingException or IOException or UnauthorizedAccessException)
        {
            // The same sentence wherever the folder lies.
            return new(Photograph: null, Picture: null, new(number, listed.Name, e.Message.Replace(path, listed.Name, StringComparison.Ordinal)));
        }
    }
}
