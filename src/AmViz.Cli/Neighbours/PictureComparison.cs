using AmViz.Cli.Scoring;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Responses;
using AmViz.Storage;
using StoredPictures = AmViz.Cli.Scoring.StoredPictures;

namespace AmViz.Cli.Neighbours;

/// <summary>Channels by the pictures that were drawn for them, as a network sees these.</summary>
/// <param name="blobs">Where the pictures lie.</param>
/// <param name="sweeps">By id; one: within it; several: each with each other.</param>
/// <param name="judge">The network that sees them.</param>
/// <param name="open">Takes a device into use for it; not called if the result is there.</param>
internal sealed class PictureComparison(IBlobStore blobs, IReadOnlyList<ChosenSweep> sweeps, NetworkDescription judge, Func<IResponder> open) : IComparison
{
    // Raised whenever equal pictures would come out otherwise.
    private const int Algorithm = 1;

    /// <inheritdoc/>
    public NeighbourBasis Basis => NeighbourBasis.Picture;

    /// <inheritdoc/>
    public int Channels => sweeps.Sum(sweep => sweep.Pictures.Select(PlaceOf).Distinct().Count());

    /// <inheritdoc/>
    public object Determinants(int count, string method) => new
    {
        Algorithm,
        By = Basis,
        Judge = judge.WeightsDigest,
        Sweeps = sweeps.Select(sweep => new { Id = sweep.Id.ToString(), Pictures = sweep.Pictures.Select(row => new { row.Model, row.WeightsDigest, row.Layer, row.Channel, row.Seed, row.Sha256 }) }),
        Count = count,
        Method = method,
    };

    /// <inheritdoc/>
    public async Task<ComparedChannels> ReadAsync(Action<double, string> report, CancellationToken cancellationToken)
    {
        var seen = await ViewAsync(report, cancellationToken);
        // Each picture of each sweep counts once.
        var common = CommonRepresentation.Of([.. sweeps.SelectMany(sweep => sweep.Pictures.Select(row => seen[row.Picture!]))]);
        PassVectors[] vectors = [.. sweeps.Select(sweep => VectorsOf(sweep, picture => common.Without(seen[picture]).Representation))];
        return new([.. sweeps.Zip(vectors, Describe)], [new(Layers: null, vectors)])
        {
            Judge = new(judge.Name, judge.WeightsDigest, RepresentationLayer.Of(judge).Name, sweeps.Sum(sweep => sweep.Pictures.Count)),
        };
    }

    private async Task<IReadOnlyDictionary<string, PictureView>> ViewAsync(Action<double, string> report, CancellationToken cancellationToken)
    {
        string[] pictures = [.. sweeps.SelectMany(sweep => sweep.Pictures.Select(row => row.Picture!)).Distinct(StringComparer.Ordinal)];
        using var responder = open();
        var views = await new PictureViewer(responder).ViewAsync(pictures, new StoredPictures(blobs, judge).ReadAsync, done => report((double)done / pictures.Length, "showing pictures"), cancellationToken);
        return pictures.Zip(views).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
    }

    private static PassVectors VectorsOf(ChosenSweep sweep, Func<string, float[]> see) => PassVectors.Of(
        sweep.Id.ToString(),
        sweep.Pictures.GroupBy(PlaceOf, row => see(row.Picture!)).Select(channel => new ChannelVector(
            new(sweep.Id.ToString(), channel.Key.Model, channel.Key.Layer, channel.Key.Channel), MeanDirection.Of([.. channel], out var problem), problem)));

    private static SearchedPass Describe(ChosenSweep sweep, PassVectors vectors) => new(
        sweep.Id.ToString(), Joined(sweep, row => row.Model), Joined(sweep, row => row.WeightsDigest), [.. sweep.Pictures.Select(row => row.Layer).Distinct(StringComparer.Ordinal)],
        vectors.Vectors.Count, vectors.Constant, vectors.NotFinite);

    private static string Joined(ChosenSweep sweep, Func<ManifestEntry, string> text) => string.Join(", ", sweep.Pictures.Select(text).Distinct(StringComparer.Ordinal));

    private static (string WeightsDigest, string Model, string Layer, int Channel) PlaceOf(ManifestEntry row) => (row.WeightsDigest, row.Model, row.Layer, row.Channel);
}
