using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Neighbours;

/// <summary>Compares channels, and writes down who is near whom.</summary>
/// <param name="blobs">Where the result goes.</param>
/// <param name="comparison">Which channels, and by what.</param>
/// <param name="count">Most neighbours of a channel in a pass, a sweep or a network.</param>
/// <param name="isExact">Whether no index is used, however many channels there are.</param>
internal sealed class NeighbourRun(IBlobStore blobs, IComparison comparison, int count, bool isExact)
{
    /// <summary>Most pairs of each kind that a summary tells; the table has all.</summary>
    public const int PairsShown = 20;

    private const int IdLength = 16;

    private readonly INearestSearch _search = isExact || comparison.Channels <= ExactSearch.MostChannels ? new ExactSearch() : new IndexSearch();

    /// <summary>Hash of all that determines the result.</summary>
    public string Id => SweepJson.Hash(comparison.Determinants(count, _search.Name), IdLength);

    /// <summary>Searches and writes, the summary last.</summary>
    /// <param name="report">Told the share that is done, and in words.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<NeighbourSummary> RunAsync(Action<double, string> report, CancellationToken cancellationToken)
    {
        var channels = await comparison.ReadAsync(report, cancellationToken);
        var pairs = Compare(channels.Sets, report, cancellationToken);
        var store = new NeighbourStore(blobs);
        await store.WriteTableAsync(Id, comparison.Basis, pairs.SelectMany(pair => pair.Compared.Rows()), cancellationToken);
        var summary = Summarize(channels, pairs);
        await store.WriteSummaryAsync(summary, cancellationToken);
        return summary;
    }

    private List<Pair> Compare(IReadOnlyList<ComparedSet> sets, Action<double, string> report, CancellationToken cancellationToken)
    {
        (IReadOnlyList<string>? Layers, PassVectors From, PassVectors To)[] pairs = [.. sets.SelectMany(PairsOf)];
        var (compared, searches, gate) = (new List<Pair>(), 0, new Lock());
        var all = pairs.Sum(pair => ReferenceEquals(pair.From, pair.To) ? 1 : 2);
        Neighbourhood Search(PassVectors from, PassVectors to)
        {
            var done = searches++;
            return Neighbourhood.Find(from, to, count, _search, Report, cancellationToken);

            void Report(double share)
            {
                lock (gate)
                {
                    report((done + share) / all, "comparing");
                }
            }
        }

        foreach (var (layers, from, to) in pairs)
        {
            var there = Search(from, to);
            compared.Add(new(layers, new(there, there.IsWithin ? there : Search(to, from))));
        }

        return compared;
    }

    private static IEnumerable<(IReadOnlyList<string>? Layers, PassVectors From, PassVectors To)> PairsOf(ComparedSet set) => set.Vectors.Count == 1
        ? [(set.Layers, set.Vectors[0], set.Vectors[0])]
        : from one in Enumerable.Range(0, set.Vectors.Count)
          from other in Enumerable.Range(one + 1, set.Vectors.Count - one - 1)
          select (set.Layers, set.Vectors[one], set.Vectors[other]);

    private NeighbourSummary Summarize(ComparedChannels channels, List<Pair> pairs)
    {
        NeighbourRow[] duplicates = [.. pairs.SelectMany(pair => pair.Compared.Duplicates())];
        return new(
            NeighbourSummary.CurrentFormatVersion, Id, channels.Passes, channels.Photographs, count, _search.Name,
            pairs.Min(pair => Math.Min(pair.Compared.There.Recall, pair.Compared.Back.Recall)), duplicates.Length, [.. pairs.Select(pair => pair.Correspond())],
            Best(duplicates), Best(pairs.SelectMany(pair => pair.Compared.MutualPairs()).Where(row => row.Correlation < ComparedPasses.DuplicateCorrelation)))
        {
            By = comparison.Basis,
            Judge = channels.Judge,
        };
    }

    private static NeighbourRow[] Best(IEnumerable<NeighbourRow> rows) => [.. rows.OrderByDescending(row => row.Correlation).Take(PairsShown)];

    private sealed record Pair(IReadOnlyList<string>? Layers, ComparedPasses Compared)
    {
        public PassCorrespondence Correspond() => new(Compared.There.From.Pass, Compared.There.To.Pass, Compared.Correspond()) { Layers = Layers };
    }
}
