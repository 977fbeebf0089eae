using AmViz.Maximization;
using AmViz.Models;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Scoring;

/// <summary>Shows a network the pictures that were drawn for a layer, and holds what it makes of them against a pass of photographs.</summary>
/// <param name="blobs">Where pictures and passes lie, and scores go.</param>
/// <param name="responder">Shows them.</param>
/// <param name="network">The network.</param>
/// <param name="judge">A second network that is asked; null for none.</param>
internal sealed class LayerScoring(IBlobStore blobs, IResponder responder, NetworkDescription network, SecondJudge? judge)
{
    private const int IdLength = 16;

    // Raised whenever the same pictures and photographs would get other scores.
    private const int Algorithm = 3;

    // Pictures of other channels that answer in a picture's place: enough for a mean, and no more work than the pictures themselves.
    private const int MostOthers = 16;

    private readonly ScoreStore _store = new(blobs);
    private readonly StoredPictures _stored = new(blobs, network);

    /// <summary>The table of a layer: the judge, and the crops that it is shown, decide too.</summary>
    public ScoreTable TableOf(ScoredLayer layer) => TableOf(layer, judge?.Digest);

    /// <summary>The table of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="judge">SHA-256 of the weights of a second network that is asked; null for none.</param>
    public static ScoreTable TableOf(ScoredLayer layer, string? judge)
    {
        var (pictures, shown) = (layer.Pictures, layer.Pass.Shown);
        var name = SweepJson.Hash(
            new { Algorithm, Pictures = pictures.Select(picture => new { picture.Channel, picture.Seed, picture.Sha256 }), Judge = judge, Shown = judge is null ? null : shown.Name }, IdLength);
        return new(layer.Layer.Layer, layer.Pass.Pass, shown.Crops, shown.EffectiveFields, name, pictures.Count);
    }

    /// <summary>Scores the pictures of a layer, unless that was done.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="report">Told the share that is done.</param>
    /// <param name="cancellationToken">Honoured between two batches; nothing is written then.</param>
    /// <returns>In the order of the pictures.</returns>
    public async Task<IReadOnlyList<ScoreRow>> ScoreAsync(ScoredLayer layer, Action<double> report, CancellationToken cancellationToken)
    {
        var path = ResultLayout.Scores(TableOf(layer));
        if (await _store.ReadAsync(path, cancellationToken) is { } there)
        {
            return there;
        }

        var rows = await RowsAsync(layer, report, cancellationToken);
        await _store.WriteAsync(path, await BytesAsync(layer, rows, cancellationToken), cancellationToken);
        return rows;
    }

    /// <summary>Scores the pictures of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="report">Told the share that is done.</param>
    /// <param name="cancellationToken">Honoured between two batches.</param>
    /// <returns>The table, as it is stored.</returns>
    public async Task<ReadOnlyMemory<byte>> ComputeAsync(ScoredLayer layer, Action<double> report, CancellationToken cancellationToken)
        => await BytesAsync(layer, await RowsAsync(layer, report, cancellationToken), cancellationToken);

    private Task<ReadOnlyMemory<byte>> BytesAsync(ScoredLayer layer, IReadOnlyList<ScoreRow> rows, CancellationToken cancellationToken)
        => ScoreStore.BytesAsync(layer.Layer, layer.Pass.Pass, judge?.Digest, rows, cancellationToken);

    private async Task<IReadOnlyList<ScoreRow>> RowsAsync(ScoredLayer scored, Action<double> report, CancellationToken cancellationToken)
    {
        var (layer, pass, pictures, _) = scored;
        var plan = await new ResponseStore(blobs).ReadPlanAsync(pass.Pass, cancellationToken)
            ?? throw new UsageException($"{blobs.Name} has no plan of the pass {pass.Pass}. Run its 'amviz respond' again.");
        var sample = await new SampleStore(blobs).ReadAsync(pass.Pass, plan.Layers.First(one => one.Name == layer.Layer), cancellationToken)
            ?? throw new UsageException($"The pass {pass.Pass} keeps no sample of '{layer.Layer}': an earlier version of this program finished it. Run its 'amviz respond' with another --crops, which makes it of the same statistics.");
        var channels = (await new ResponseReader(blobs).ReadChannelsAsync(pass, layer.Layer, cancellationToken)).ToDictionary(channel => channel.Channel);
        var parts = judge is null ? 1 : 2;
        var shown = await ShowAsync(layer, pictures, plan.Batch, share => report(share / parts), cancellationToken);
        IReadOnlyList<ScoreRow> rows = [.. Judge(pictures, shown, new(sample), channels)];
        return judge is null ? rows : await judge.JudgeAsync(layer, pass, rows, share => report((1 + share) / parts), cancellationToken);
    }

    private async Task<IReadOnlyList<ShownPicture>> ShowAsync(
        PlannedLayer layer, IReadOnlyList<ManifestEntry> pictures, int batch, Action<double> report, CancellationToken cancellationToken)
    {
        var shown = new List<ShownPicture>(pictures.Count);
        foreach (var some in pictures.Chunk(batch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = await Task.WhenAll(some.Select(picture => _stored.ReadAsync(picture.Picture!, cancellationToken)));
            var responses = (await responder.RespondAsync(read, [layer.Layer], batch, cancellationToken))[0];
            var maps = layer.IsLogits ? [.. some.Select(_ => Array.Empty<float>())] : await responder.ReadMapsAsync(layer.Layer, [.. read.Zip(some, (picture, row) => new MapRequest(picture, row.Channel))], batch, cancellationToken);
            shown.AddRange(responses.Peaks.Chunk(responses.Channels).Zip(maps, (peaks, map) => new ShownPicture(peaks, map)));
            report((double)shown.Count / pictures.Count);
        }

        return shown;
    }

    private static IEnumerable<ScoreRow> Judge(
        IReadOnlyList<ManifestEntry> pictures, IReadOnlyList<ShownPicture> shown, LayerProfiles profiles, Dictionary<int, StoredChannel> channels)
    {
        var seeds = profiles.Count < PictureJudge.FewestPhotographs ? null : SeedAgreement.Of(profiles, [.. pictures.Zip(shown, (picture, one) => (picture.Channel, one.Responses))]);
        for (var i = 0; i < pictures.Count; i++)
        {
            var (channel, judge) = (pictures[i].Channel, PictureJudge.Of(profiles, pictures[i].Channel));
            int[] others = [.. Enumerable.Range(0, pictures.Count).Where(other => pictures[other].Channel != channel)];
            var answers = judge is null ? [] : EvenSpread.Of(others, MostOthers).Select(other => judge.Judge(shown[other].Responses)?.MisLike).OfType<double>().ToArray();
            var known = channels.GetValueOrDefault(channel);
            yield return new(
                channel, pictures[i].Seed, pictures[i].Picture!, pictures[i].Sha256!, shown[i].Responses[channel], known?.Largest, known?.Quantile99, judge?.Judge(shown[i].Responses),
                answers.Length == 0 ? null : answers.Average(), profiles.Count >= PictureJudge.FewestPhotographs && profiles.IsConstant(channel))
            {
                Locality = known?.MapMean is { } floor ? MapLocality.Of(shown[i].Map, floor) : null,
                Seeds = seeds?[i],
            };
        }
    }

    // What a picture was to every channel of the layer, and to its own channel at every position; that is none of classes.
    private sealed record ShownPicture(float[] Responses, float[] Map);
}
