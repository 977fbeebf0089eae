using AmViz.Cli.Scored;
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
/// <param name="shuffled">Draws some of them anew with shuffled weights; null: none is.</param>
internal sealed class LayerScoring(IBlobStore blobs, IResponder responder, NetworkDescription network, SecondJudge? judge, ShuffledDrawing? shuffled = null)
{
    private readonly ScoreStore _store = new(blobs);
    private readonly StoredPictures _stored = new(blobs, network);

    /// <summary>The table of a layer: the judge, the crops that it is shown, and how many are drawn anew decide too.</summary>
    public ScoreTable TableOf(ScoredLayer layer) => ScoreTables.Of(layer, judge?.Digest, shuffled?.Most);

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
        await _store.WriteAsync(path, layer.Layer, layer.Pass.Pass, judge?.Digest, rows, cancellationToken);
        return rows;
    }

    /// <summary>Scores the pictures of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="report">Told the share that is done.</param>
    /// <param name="cancellationToken">Honoured between two batches.</param>
    /// <returns>The table, as it is stored.</returns>
    public async Task<ReadOnlyMemory<byte>> ComputeAsync(ScoredLayer layer, Action<double> report, CancellationToken cancellationToken)
        => await ScoreStore.BytesAsync(layer.Layer, layer.Pass.Pass, judge?.Digest, await RowsAsync(layer, report, cancellationToken), cancellationToken);

    private async Task<IReadOnlyList<ScoreRow>> RowsAsync(ScoredLayer scored, Action<double> report, CancellationToken cancellationToken)
    {
        var (layer, pass, pictures, _) = scored;
        var plan = await new ResponseStore(blobs).ReadPlanAsync(pass.Pass, cancellationToken)
            ?? throw new UsageException($"{blobs.Name} has no plan of the pass {pass.Pass}. Run its 'amviz respond' again.");
        var sample = await new SampleStore(blobs).ReadAsync(pass.Pass, plan.Layers.First(one => one.Name == layer.Layer), cancellationToken)
            ?? throw new UsageException($"The pass {pass.Pass} keeps no sample of '{layer.Layer}': an earlier version of this program finished it. Run its 'amviz respond' with another --crops, which makes it of the same statistics.");
        var channels = (await new ResponseReader(blobs).ReadChannelsAsync(pass, layer.Layer, cancellationToken)).ToDictionary(channel => channel.Channel);
        var (profiles, done) = (new LayerProfiles(sample), 0d);
        var parts = 1 + (judge is null ? 0 : 1) + (shuffled is null ? 0 : 1);
        var shown = await ShowAsync(layer, pictures, plan.Batch, share => report(share / parts), cancellationToken);
        IReadOnlyList<ScoreRow> rows = [.. Judge(pictures, shown, profiles, channels)];
        if (judge is not null)
        {
            done++;
            rows = await judge.JudgeAsync(layer, pass, rows, share => report((done + share) / parts), cancellationToken);
        }

        if (shuffled is not null)
        {
            done++;
            rows = await shuffled.RandomizeAsync(
                layer, rows, (channel, picture, token) => DeviationsAsync(layer.Layer, profiles, channel, picture, plan.Batch, token), share => report((done + share) / parts), cancellationToken);
        }

        return rows;
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

    private async Task<double?> DeviationsAsync(string layer, LayerProfiles profiles, int channel, byte[] picture, int batch, CancellationToken cancellationToken)
    {
        if (profiles.Count < PictureJudge.FewestPhotographs || profiles.IsConstant(channel))
        {
            return null;
        }

        var responses = (await responder.RespondAsync([NetworkInput.Read(picture, "a picture drawn with shuffled weights", network).Picture], [layer], batch, cancellationToken))[0];
        return float.IsFinite(responses.Peaks[channel]) ? profiles.Of(responses.Peaks)[channel] : null;
    }

    private static IEnumerable<ScoreRow> Judge(
        IReadOnlyList<ManifestEntry> pictures, IReadOnlyList<ShownPicture> shown, LayerProfiles profiles, Dictionary<int, StoredChannel> channels)
    {
        var seeds = profiles.Count < PictureJudge.FewestPhotographs ? null : SeedAgreement.Of(profiles, [.. pictures.Zip(shown, (picture, one) => (picture.Channel, one.Responses))]);
        for (var i = 0; i < pictures.Count; i++)
        {
            var (channel, judge) = (pictures[i].Channel, PictureJudge.Of(profiles, pictures[i].Channel));
            int[] others = [.. Enumerable.Range(0, pictures.Count).Where(other => pictures[other].Channel != channel)];
            var answers = judge is null ? [] : EvenSpread.Of(others, EvenSpread.EnoughForAMean).Select(other => judge.Judge(shown[other].Responses)?.MisLike).OfType<double>().ToArray();
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
