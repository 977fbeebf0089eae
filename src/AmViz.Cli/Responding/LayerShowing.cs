using AmViz.Cli.Photographs;
using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Responding;

/// <summary>Looks up, cuts out and measures the photographs that are shown for the channels of a layer.</summary>
/// <param name="plan">The pass.</param>
/// <param name="store">Where crops go.</param>
/// <param name="photographs">Read once more, in the order of their numbers.</param>
/// <param name="responder">Measures fields.</param>
/// <param name="choice">What is wanted.</param>
internal sealed class LayerShowing(ResponsePlan plan, ResponseStore store, IPhotographs photographs, IResponder responder, ShownChoice choice)
{
    /// <summary>The rows of <c>examples.parquet</c>, in the order of the report.</summary>
    /// <param name="report">The layer.</param>
    /// <param name="field">Its theoretical receptive field.</param>
    /// <param name="cancellationToken">Honoured between two photographs; crops that are written stay.</param>
    public async Task<IReadOnlyList<ShownExample>> ShowAsync(LayerReport report, ReceptiveField field, CancellationToken cancellationToken)
    {
        var grid = MapGrid.Of(report.Layer);
        ExampleRow[] rows = [.. report.Examples()];
        var shown = new ShownExample?[rows.Length];
        var waiting = new List<(int Row, FieldRequest Request)>();
        Func<long, Task<PhotographReading>>? read = null;
        var shard = -1;
        foreach (var group in Enumerable.Range(0, rows.Length).GroupBy(i => rows[i].Number).OrderBy(group => group.Key))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (read is null || group.Key / plan.ShardSize != shard)
            {
                shard = (int)(group.Key / plan.ShardSize);
                read = await photographs.OpenAsync(plan.Shard(shard), cancellationToken);
            }

            var reading = Same(await read(group.Key), rows[group.First()]);
            foreach (var i in group)
            {
                shown[i] = await ShowAsync(rows[i], reading, grid, field, cancellationToken);
                if (rows[i].Kind == ExampleKind.Top && rows[i].Rank <= choice.EffectiveFields)
                {
                    waiting.Add((i, new(reading.Picture!, rows[i].Channel, rows[i].Position)));
                }
            }

            while (waiting.Count >= plan.Batch)
            {
                await MeasureAsync(report.Layer.Name, waiting, shown, cancellationToken);
            }
        }

        while (waiting.Count > 0)
        {
            await MeasureAsync(report.Layer.Name, waiting, shown, cancellationToken);
        }

        return [.. shown.Select(one => one!)];
    }

    private static PhotographReading Same(PhotographReading reading, ExampleRow row)
        => reading.Photograph?.Digest == row.Digest
            ? reading
            : throw new UsageException(
                $"--photos: '{reading.Photograph?.Name ?? reading.Unreadable!.Name}' is not what it was when the network was shown it: SHA-256 {reading.Photograph?.Digest.ToString() ?? "unknown"}, expected {row.Digest}. Put the file back, or use another --out.");

    private async Task<ShownExample> ShowAsync(ExampleRow row, PhotographReading reading, MapGrid grid, ReceptiveField field, CancellationToken cancellationToken)
    {
        var (place, picture, photograph) = (grid.Place(row.Position), reading.Picture!, reading.Photograph!);
        var box = field.At(place.Row, place.Column, plan.Size);

        // Of several panels the rectangle would cut the first alone: they are shown whole.
        var isPanel = picture.Width == plan.Size && picture.Height == plan.Size;
        BlobPath? crop = row.Rank <= choice.Crops
            ? await store.WriteCropAsync(
                photograph.Digest, plan.Size, isPanel ? box : new(0, 0, picture.Width, picture.Height),
                () => PngCodec.Encode(isPanel ? picture.Crop(box.Left, box.Top, box.Width, box.Height) : picture), cancellationToken)
            : null;
        return new(row, photograph.Name, photograph.Label < 0 ? null : plan.Photographs.Labels[photograph.Label], place, box, Effective: null, crop);
    }

    private async Task MeasureAsync(string layer, List<(int Row, FieldRequest Request)> waiting, ShownExample?[] shown, CancellationToken cancellationToken)
    {
        (int Row, FieldRequest Request)[] batch = [.. waiting.Take(plan.Batch)];
        waiting.RemoveRange(0, batch.Length);
        var boxes = await responder.MeasureEffectiveAsync(layer, [.. batch.Select(one => one.Request)], plan.Batch, cancellationToken);
        foreach (var ((row, _), box) in batch.Zip(boxes))
        {
            shown[row] = shown[row]! with { Effective = box };
        }
    }
}
