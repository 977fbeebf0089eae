using AmViz.Cli.Engine;
using AmViz.Models;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Neighbours;

/// <summary>Channels by the weights that make them of the same inputs: those of a layer, and of layers that read the same one.</summary>
/// <param name="engine">Reads the weights.</param>
/// <param name="networks">By digest; one: among its own channels; several: each with each other.</param>
/// <param name="layers">Layers that read the same in all networks.</param>
internal sealed class WeightComparison(IEngine engine, IReadOnlyList<NetworkSource> networks, IReadOnlyList<WeightedLayer> layers) : IComparison
{
    // Raised whenever equal weights would come out otherwise.
    private const int Algorithm = 1;

    // Of the digest of weights: as long as the ids of passes and sweeps.
    private const int IdLength = 16;

    /// <inheritdoc/>
    public NeighbourBasis Basis => NeighbourBasis.Weights;

    /// <inheritdoc/>
    public int Channels => networks.Count * Sets.Max(set => set.Sum(place => layers[place].Channels));

    // Places of layers whose channels are made of the same inputs.
    private int[][] Sets => [.. layers.Index().GroupBy(layer => (layer.Item.From, layer.Item.Length), layer => layer.Index).Select(set => set.ToArray())];

    private IReadOnlyList<string> Names => [.. layers.Select(layer => layer.Name)];

    /// <inheritdoc/>
    public object Determinants(int count, string method) => new
    {
        Algorithm,
        By = Basis,
        Networks = networks.Select(network => new { network.Description.Name, network.Description.Architecture, network.Description.WeightsDigest }),
        Layers = Names,
        Count = count,
        Method = method,
    };

    /// <inheritdoc/>
    public Task<ComparedChannels> ReadAsync(Action<double, string> report, CancellationToken cancellationToken)
    {
        var vectors = new List<PassVectors[]>();
        foreach (var network in networks)
        {
            report((double)vectors.Count / networks.Count, "reading weights");
            cancellationToken.ThrowIfCancellationRequested();
            var weights = engine.ReadWeights(network, Names);
            vectors.Add([.. Sets.Select(set => PassVectors.OfWeights(IdOf(network), network.Description.Name, set.Select(place => (layers[place].Name, weights[place]))))]);
        }

        return Task.FromResult(new ComparedChannels(
            [.. networks.Zip(vectors, Describe)], [.. Sets.Select((set, at) => new ComparedSet([.. set.Select(place => layers[place].Name)], [.. vectors.Select(network => network[at])]))]));
    }

    private SearchedPass Describe(NetworkSource network, PassVectors[] vectors) => new(
        IdOf(network), network.Description.Name, network.Description.WeightsDigest, Names,
        vectors.Sum(set => set.Vectors.Count), vectors.Sum(set => set.Constant), vectors.Sum(set => set.NotFinite));

    private static string IdOf(NetworkSource network) => network.Description.WeightsDigest[..IdLength];
}
