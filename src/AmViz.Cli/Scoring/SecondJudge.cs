using AmViz.Maximization;
using AmViz.Models;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Scoring;

/// <summary>Asks a second network about pictures that were drawn for the first, and about what the first one's channels see of photographs.</summary>
/// <param name="blobs">Where pictures and crops lie.</param>
/// <param name="responder">Shows them to the second network.</param>
/// <param name="network">The second network.</param>
/// <param name="hasClasses">Whether it tells the same classes apart as the first one.</param>
internal sealed class SecondJudge(IBlobStore blobs, IResponder responder, NetworkDescription network, bool hasClasses)
{
    private readonly StoredPictures _stored = new(blobs, network);
    private readonly PictureViewer _viewer = new(responder);

    /// <summary>SHA-256 of its weights.</summary>
    public string Digest => network.WeightsDigest;

    /// <summary>Adds what it says to the rows of a layer.</summary>
    /// <param name="layer">For which the pictures were drawn.</param>
    /// <param name="pass">Photographs through it, with their crops.</param>
    /// <param name="rows">A row a picture.</param>
    /// <param name="report">Told the share that is done.</param>
    /// <param name="cancellationToken">Honoured between two batches.</param>
    public async Task<IReadOnlyList<ScoreRow>> JudgeAsync(PlannedLayer layer, ResponseSummary pass, IReadOnlyList<ScoreRow> rows, Action<double> report, CancellationToken cancellationToken)
    {
        var drawn = rows.Select(row => row.Channel).ToHashSet();
        var examples = (await new ResponseReader(blobs).ReadExamplesAsync(pass, layer.Layer, cancellationToken)).Where(example => example.Crop is not null && drawn.Contains(example.Channel)).ToList();
        BlobPath[] crops = [.. examples.Select(example => example.Crop!.Value).Distinct().Order()];
        var all = (double)(crops.Length + rows.Count);
        var photographs = await _viewer.ViewAsync(crops, _stored.ReadCropAsync, done => report(done / all), cancellationToken);
        var pictures = await _viewer.ViewAsync<string>([.. rows.Select(row => row.Picture)], _stored.ReadAsync, done => report((crops.Length + done) / all), cancellationToken);
        var naturalness = KernelDistance.Between(pictures, photographs);
        var comparison = Compare(examples, crops, photographs);
        return
        [
            .. rows.Zip(pictures, (row, picture) => row with
            {
                Opinion = comparison(row.Channel, picture, layer.IsLogits && hasClasses ? ClassRecognition.Of(picture.Odds, row.Channel, drawn) : null),
                Naturalness = naturalness,
            }),
        ];
    }

    private static Func<int, PictureView, ClassRecognition?, SecondOpinion> Compare(IReadOnlyList<StoredExample> examples, BlobPath[] crops, IReadOnlyList<PictureView> photographs)
    {
        if (crops.Length == 0)
        {
            return (_, picture, recognition) => SecondOpinion.Of(picture, [], [], recognition);
        }

        var common = CommonRepresentation.Of(photographs);
        var seen = crops.Zip(photographs, (crop, photograph) => (crop, View: common.Without(photograph))).ToDictionary(pair => pair.crop, pair => pair.View);
        var shown = examples.ToLookup(example => (example.Channel, example.Kind), example => seen[example.Crop!.Value]);
        return (channel, picture, recognition) => SecondOpinion.Of(common.Without(picture), [.. shown[(channel, ExampleKind.Top)]], [.. shown[(channel, ExampleKind.Bottom)]], recognition);
    }
}
