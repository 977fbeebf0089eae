using AmViz.Storage;

namespace AmViz.TextureNet.Lying;

/// <summary>A channel of which it is known whether its picture lies, and what was told of it.</summary>
/// <param name="Layer">Of the channel.</param>
/// <param name="Lie">How it lies; null: it is honest.</param>
/// <param name="Trust">0 to 1; null if nothing was told.</param>
internal sealed record ScoredChannel(string Layer, string? Lie, double? Trust)
{
    private const string Tables = "scores/";

    /// <summary>Reads all channels of a network that were scored, and those that have no picture because they were made dead.</summary>
    /// <param name="weights">Folder of the network.</param>
    /// <param name="store">Folder that its scores were written to; of no other network.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<ScoredChannel>> ReadAsync(string weights, string store, CancellationToken cancellationToken)
    {
        var lies = LieRecord.Read(weights);
        var blobs = new FolderBlobStore(store);
        var channels = new List<ScoredChannel>();
        await foreach (var item in blobs.ListAsync(Tables, cancellationToken))
        {
            string layer = item.Path.Value.Split('/')[2];           // scores/{pass}/{layer}/{pictures}.parquet
            var rows = await new ScoreStore(blobs).ReadAsync(item.Path, cancellationToken) ?? [];
            var planted = lies.Where(lie => lie.Layer == layer).SelectMany(lie => lie.Channels.Select(channel => (Channel: channel, lie.Kind))).ToDictionary(lie => lie.Channel, lie => lie.Kind);
            channels.AddRange(rows.Select(row => new ScoredChannel(layer, planted.GetValueOrDefault(row.Channel), row.Trust)));
            channels.AddRange(planted.Where(lie => rows.All(row => row.Channel != lie.Key)).Select(lie => new ScoredChannel(layer, lie.Value, Trust: 0)));
        }

        return channels;
    }
}
