using AmViz.Cli.Engine;
using AmViz.Cli.Options;
using AmViz.Drawing;
using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Scoring;

/// <summary>Draws some pictures of a sweep anew, by a network whose weights are shuffled, and tells what is left of them; see <see cref="WeightRandomization"/>.</summary>
/// <param name="blobs">Where the pictures lie.</param>
/// <param name="plan">The sweep that drew them.</param>
/// <param name="source">The network.</param>
/// <param name="engine">Draws.</param>
/// <param name="photographs">Those that the recipe names.</param>
/// <param name="device">What to draw on.</param>
/// <param name="most">Channels of a layer that are drawn anew, at most, evenly spread.</param>
internal sealed class ShuffledDrawing(
    IBlobStore blobs, SweepPlan plan, NetworkSource source, IEngine engine, IReferencePhotographs photographs, DeviceChoice device, int most)
{
    /// <summary>See the parameter.</summary>
    public int Most => most;

    /// <summary>Draws the pictures of a layer anew and adds to their rows what is left.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="rows">Its pictures.</param>
    /// <param name="deviations">What the untouched network makes of a picture that was drawn for a channel of the layer; null where nothing can be said.</param>
    /// <param name="report">Told the share that is done.</param>
    /// <param name="cancellationToken">Honoured between two steps.</param>
    public async Task<IReadOnlyList<ScoreRow>> RandomizeAsync(
        PlannedLayer layer, IReadOnlyList<ScoreRow> rows, Func<int, byte[], CancellationToken, Task<double?>> deviations, Action<double> report, CancellationToken cancellationToken)
    {
        var chosen = EvenSpread.Of([.. rows.Where(row => row.Seed == plan.Seeds[0])], most);
        var ofLayer = await DrawAsync(layer, chosen, ShuffleReach.Nearest, share => report(share / 2), cancellationToken);
        var ofAll = await DrawAsync(layer, chosen, ShuffleReach.All, share => report((1 + share) / 2), cancellationToken);
        var drawn = await Task.WhenAll(chosen.Select(row => ReadAsync(row, cancellationToken)));
        var told = new Dictionary<string, WeightRandomization>(StringComparer.Ordinal);
        foreach (var (at, row) in chosen.Index())
        {
            told[row.Picture] = new(Similarity(drawn[at], ofLayer[at]), Similarity(drawn[at], ofAll[at]), OfOthers(drawn, at), ofAll[at] is { } file ? await deviations(row.Channel, file, cancellationToken) : null);
        }

        return [.. rows.Select(row => row with { Randomization = told.GetValueOrDefault(row.Picture) })];
    }

    private async Task<IReadOnlyList<byte[]?>> DrawAsync(PlannedLayer layer, IReadOnlyList<ScoreRow> rows, ShuffleReach reach, Action<double> report, CancellationToken cancellationToken)
    {
        using var renderers = new Renderers(engine.CreateRenderers(new ShuffledNetwork(source, new(layer.Layer, reach)), photographs, device, rows.Count));
        var drawing = new BatchDrawing(renderers.All);
        ChannelBatch[] batches = [.. drawing.Batches(plan.RecipeFor(layer), rows.Select(row => new ChannelTask(layer.Model, layer.WeightsDigest, layer.Layer, row.Channel, row.Seed)))];
        var results = new IReadOnlyList<RenderedChannel>[batches.Length];
        await drawing.DrawAsync(batches, async (batch, rendering) => results[batch] = await rendering, progress => report(progress.Share), cancellationToken);
        return [.. results.SelectMany(batch => batch).Select(result => result.Outcome == ChannelOutcome.Rendered ? result.Picture.ToArray() : null)];
    }

    private async Task<Picture> ReadAsync(ScoreRow row, CancellationToken cancellationToken)
    {
        // It was shown to the network before.
        var path = BlobPath.TryParse(row.Picture, out var parsed) ? parsed : throw new InvalidOperationException($"'{row.Picture}' is no path of a picture.");
        var blob = await blobs.ReadAsync(path, cancellationToken) ?? throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} has just gone. Run 'amviz manifest verify --repair', then the sweep again, which draws it anew.");
        return PngCodec.Decode(blob.Content.ToArray()).Picture;
    }

    private static double? Similarity(Picture drawn, byte[]? shuffled) => shuffled is null ? null : Similarity(drawn, PngCodec.Decode(shuffled).Picture);

    private static double? Similarity(Picture one, Picture other) => Math.Min(one.Width, one.Height) < StructuralSimilarity.SmallestSide ? null : StructuralSimilarity.Between(one, other);

    private static double? OfOthers(Picture[] drawn, int at) => EvenSpread.Of([.. drawn.Index().Where(other => other.Index != at)], EvenSpread.EnoughForAMean).Average(other => Similarity(drawn[at], other.Item));
}
