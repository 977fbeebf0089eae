using AmViz.Imaging;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Atlas.Tests.Photographs;

/// <summary>A finished pass of made-up photographs: photograph N excites channel C by N + C; even numbers are ants, odd ones bees.</summary>
internal static class SamplePass
{
    /// <summary>Photographs of it.</summary>
    public const int Count = 40;

    private const int Size = 32;

    private static readonly ShownChoice Choice = new(9, 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Writes it into a store.</summary>
    /// <param name="blobs">The store.</param>
    /// <param name="layer">Of the network with the weights of <see cref="SampleSweep"/>.</param>
    /// <param name="channels">Channels of that layer.</param>
    /// <param name="count">Photographs.</param>
    public static async Task<ResponseSummary> WriteAsync(IBlobStore blobs, string layer, int channels, int count = Count)
    {
        var plan = new ResponsePlan(
            "net", SampleSweep.Digest, Size, [new(layer, channels, 4, 4, 0, IsTokens: false, [])], new(PhotographKind.Files, count, ["ant", "bee"], "list"), ResponsePlan.DefaultShardSize, Batch: 8);
        var (store, pass, builder) = (new ResponseStore(blobs), new PassStatistics(plan), new ShardBuilder(plan, plan.Shard(0), "test", ResponseSample.Of(count).ToHashSet()));
        int[] numbers = [.. Enumerable.Range(0, count)];
        int[] positions = [.. numbers.SelectMany(number => Enumerable.Repeat(number % 16, channels))];
        float[] responses = [.. numbers.SelectMany(number => Enumerable.Range(0, channels).Select(channel => (float)(number + channel)))];
        builder.Add([.. numbers.Select(number => new Photograph(number, DigestOf(number), $"folder/{number}.jpg", number % 2, 8, 8))], [new(channels, responses, positions, positions, responses)]);
        pass.Add(builder.Finish());
        var report = new LayerReport(pass, 0);
        var shown = new List<ShownExample>();
        foreach (var row in report.Examples())
        {
            var crop = await store.WriteCropAsync(row.Digest, Size, new(0, 0, 16, 16), () => PngCodec.Encode(SamplePicture.Of(16, (int)row.Number)), Token);
            shown.Add(new(row, $"folder/{row.Number}.jpg", row.Number % 2 == 0 ? "ant" : "bee", (0, 0), new(0, 0, 16, 16), Effective: null, crop));
        }

        await store.WriteTablesAsync(pass, Choice, report, shown, Token);
        var summary = new ResponseSummary(
            ResponseSummary.CurrentFormatVersion, plan.Id, Choice, plan.Model, plan.WeightsDigest, count, 0, plan.Photographs.Labels, ["test"],
            [new(layer, channels, ResultLayout.ResponseTable(plan.Id, Choice.Name, layer, "responses").Value, ReceptiveField.Whole(Size))]);
        await store.WriteSummaryAsync(summary, Token);
        return summary;
    }

    /// <summary>Path of the crop of a photograph.</summary>
    public static BlobPath CropOf(int photograph) => ResultLayout.Crop(DigestOf(photograph).ToString(), Size, (0, 0, 16, 16));

    private static ContentDigest DigestOf(int photograph) => ContentDigest.Of(BitConverter.GetBytes(photograph));
}
