using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Neighbours;

/// <summary>Compares the channels of passes, and writes down who is near whom.</summary>
/// <param name="blobs">Where passes lie, and the result goes.</param>
/// <param name="passes">By id; one: within it; several: each with each other.</param>
/// <param name="count">Most neighbours of a channel in a pass.</param>
/// <param name="isExact">Whether no index is used, however many channels there are.</param>
internal sealed class NeighbourRun(IBlobStore blobs, IReadOnlyList<ChosenPass> passes, int count, bool isExact)
{
    /// <summary>Most pairs of each kind that a summary tells; the table has all.</summary>
    public const int PairsShown = 20;

    private const int IdLength = 16;

    // Raised whenever equal samples would come out otherwise.
    private const int Algorithm = 1;

    private readonly INearestSearch _search = isExact || passes.Sum(pass => pass.Layers.Sum(layer => layer.Channels)) <= ExactSearch.MostChannels ? new ExactSearch() : new IndexSearch();

    /// <summary>Hash of all that determines the result.</summary>
    public string Id => SweepJson.Hash(
        new { Algorithm, Passes = passes.Select(pass => new { pass.Plan.Id, Layers = pass.Layers.Select(layer => layer.Name) }), Count = count, Method = _search.Name }, IdLength);

    /// <summary>Searches and writes, the summary last.</summary>
    /// <param name="report">Told the share that is done, and in words.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<NeighbourSummary> RunAsync(Action<double, string> report, CancellationToken cancellationToken)
    {
        report(0, "reading");
        var samples = new List<IReadOnlyList<(string Name, LayerSample Sample)>>();
        foreach (var pass in passes)
        {
            samples.Add(await ReadAsync(pass, cancellationToken));
        }

        var shared = SharedPhotographs.Of(samples.SelectMany(layers => layers.Select(layer => layer.Sample.Photographs)));
        RefuseFew(shared.Count, [.. samples.Select(layers => layers[0].Sample.Photographs.Count)]);
        PassVectors[] vectors = [.. passes.Zip(samples).Select(pair => PassVectors.Of(pair.First.Plan.Id, pair.First.Plan.Model, pair.Second, shared))];
        var pairs = Compare(vectors, report, cancellationToken);
        var store = new NeighbourStore(blobs);
        await store.WriteTableAsync(Id, pairs.SelectMany(pair => pair.Rows()), cancellationToken);
        var summary = Summarize(vectors, pairs, shared.Count);
        await store.WriteSummaryAsync(summary, cancellationToken);
        return summary;
    }

    private async Task<IReadOnlyList<(string Name, LayerSample Sample)>> ReadAsync(ChosenPass pass, CancellationToken cancellationToken)
    {
        var (store, layers) = (new SampleStore(blobs), new List<(string, LayerSample)>());
        foreach (var layer in pass.Layers)
        {
            layers.Add((layer.Name, await store.ReadAsync(pass.Plan.Id, layer, cancellationToken)
                ?? throw new UsageException($"The sample of '{layer.Name}' of pass {pass.Plan.Id} was removed meanwhile. Run its 'amviz respond' with another --crops, which makes it anew.")));
        }

        return layers;
    }

    private void RefuseFew(int shared, IReadOnlyList<int> sampled)
    {
        if (shared < SharedPhotographs.Fewest)
        {
            throw new UsageException(
                $"Found {shared} photographs that {(passes.Count == 1 ? "the pass was shown" : "all passes have in common")} (of {string.Join(", ", passes.Zip(sampled).Select(pair => $"{pair.Second} in the sample of pass {pair.First.Plan.Id}"))}); expected at least {SharedPhotographs.Fewest}, since with fewer any two channels may look alike. Show {(passes.Count == 1 ? "the network more photographs" : "all networks the same folder or list")} by 'amviz respond'.");
        }
    }

    private List<ComparedPasses> Compare(PassVectors[] vectors, Action<double, string> report, CancellationToken cancellationToken)
    {
        (PassVectors From, PassVectors To)[] pairs = vectors.Length == 1
            ? [(vectors[0], vectors[0])]
            : [.. from one in Enumerable.Range(0, vectors.Length) from other in Enumerable.Range(one + 1, vectors.Length - one - 1) select (vectors[one], vectors[other])];
        var (compared, searches, gate) = (new List<ComparedPasses>(), 0, new Lock());
        Neighbourhood Search(PassVectors from, PassVectors to)
        {
            var (done, all) = (searches++, vectors.Length == 1 ? 1 : 2 * pairs.Length);
            return Neighbourhood.Find(from, to, count, _search, Report, cancellationToken);

            void Report(double share)
            {
                lock (gate)
                {
                    report((done + share) / all, "comparing");
                }
            }
        }

        foreach (var (from, to) in pairs)
        {
            var there = Search(from, to);
            compared.Add(new(there, there.IsWithin ? there : Search(to, from)));
        }

        return compared;
    }

    private NeighbourSummary Summarize(PassVectors[] vectors, List<ComparedPasses> pairs, int photographs)
    {
        NeighbourRow[] duplicates = [.. pairs.SelectMany(pair => pair.Duplicates())];
        return new(
            NeighbourSummary.CurrentFormatVersion, Id,
            [.. passes.Zip(vectors).Select(pair => new SearchedPass(
                pair.First.Plan.Id, pair.First.Plan.Model, pair.First.Plan.WeightsDigest, [.. pair.First.Layers.Select(layer => layer.Name)],
                pair.Second.Vectors.Count, pair.Second.Constant, pair.Second.NotFinite))],
            photographs, count, _search.Name, pairs.Min(pair => Math.Min(pair.There.Recall, pair.Back.Recall)), duplicates.Length,
            [.. pairs.Select(pair => new PassCorrespondence(pair.There.From.Pass, pair.There.To.Pass, pair.Correspond()))],
            Best(duplicates), Best(pairs.SelectMany(pair => pair.MutualPairs()).Where(row => row.Correlation < ComparedPasses.DuplicateCorrelation)));
    }

    private static NeighbourRow[] Best(IEnumerable<NeighbourRow> rows) => [.. rows.OrderByDescending(row => row.Correlation).Take(PairsShown)];
}
