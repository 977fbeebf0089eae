using AmViz.Atlas.Neighbours;
using AmViz.Atlas.Output;
using AmViz.Atlas.Photographs;
using AmViz.Atlas.Quiz;
using AmViz.Atlas.Scores;
using AmViz.Atlas.Tiles;
using AmViz.Storage;

namespace AmViz.Atlas.Evidence;

/// <summary>Finds and reads what a store knows of layers.</summary>
internal sealed class EvidenceReading
{
    private readonly PassFinder _passes;
    private readonly PeopleAnswers _people;
    private readonly ScoreFinder _scores;
    private readonly NeighbourReading _neighbours;
    private readonly PhotographReading _photographs;

    private EvidenceReading(PassFinder passes, PeopleAnswers people, ScoreFinder scores, NeighbourReading neighbours, PhotographReading photographs)
        => (_passes, _people, _scores, _neighbours, _photographs) = (passes, people, scores, neighbours, photographs);

    /// <summary>Knows what there is.</summary>
    /// <exception cref="StorageException">The store cannot be used, or something in it cannot be read.</exception>
    public static async Task<EvidenceReading> OpenAsync(IBlobStore store, AtlasFolder folder, AtlasOptions options, CancellationToken cancellationToken) => new(
        await PassFinder.ReadAsync(store, cancellationToken), await PeopleAnswers.ReadAsync(store, cancellationToken),
        await ScoreFinder.ReadAsync(store, cancellationToken), await NeighbourReading.OpenAsync(store, cancellationToken), new(store, folder, options));

    /// <summary>What there is of a layer; what belongs to the layer alone is not read for it.</summary>
    /// <exception cref="StorageException">A table cannot be read.</exception>
    public async Task<FoundEvidence> FindAsync(PlannedLayer layer, CancellationToken cancellationToken)
    {
        var pass = _passes.Of(layer.WeightsDigest, layer.Layer, layer.ChannelCount);
        return new(pass, _people.Of(layer), pass is null ? [] : _scores.TablesOf(pass.Pass, layer.Layer), await _neighbours.ReadAsync(layer, cancellationToken));
    }

    /// <summary>Reads it.</summary>
    /// <returns>And whether every crop of a photograph could be read.</returns>
    /// <exception cref="StorageException">A table cannot be read.</exception>
    public async Task<(LayerEvidence Evidence, bool IsWhole)> ReadAsync(FoundEvidence found, PlannedLayer layer, CancellationToken cancellationToken)
    {
        var (photographs, isWhole) = found.Pass is null ? (null, true) : await _photographs.ReadAsync(found.Pass, layer, cancellationToken);
        var scores = found.Scores.Count == 0
            ? null
            : (await _scores.ReadAsync(found.Scores, cancellationToken)).ToDictionary(row => row.Key, row => PictureScores.Of(row.Value), StringComparer.Ordinal);
        return (new(photographs, found.People, scores, found.Alike), isWhole);
    }
}

/// <summary>What there is of a layer, before it is read.</summary>
/// <param name="Pass">The pass of photographs; null for none.</param>
/// <param name="People">What people told; null if nobody was asked.</param>
/// <param name="Scores">Tables of scores.</param>
/// <param name="Alike">Channels that are like those of the layer; null where nothing was compared.</param>
internal sealed record FoundEvidence(
    ResponseSummary? Pass, IReadOnlyDictionary<int, IReadOnlyList<ToldByPeople>>? People, IReadOnlyList<BlobPath> Scores, IReadOnlyDictionary<int, IReadOnlyList<AlikeChannels>>? Alike)
{
    /// <summary>All that a page made of it depends on: tables and crops never change.</summary>
    public object Identity => new { Photographs = Pass is null ? null : new { Pass.Pass, Pass.Shown }, People, Scores = Scores.Select(table => table.Value), Alike };
}
