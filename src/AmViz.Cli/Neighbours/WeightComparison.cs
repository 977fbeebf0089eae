using AmViz.Cli.Engine;
using AmViz.Models;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Neighbours;

/// <summary>Channels of a layer by the weights that make them.</summary>
/// <param name="engine">Reads the weights.</param>
/// <param name="networks">By digest; one: within each layer; several: each layer with that of each other.</param>
/// <param name="layers">Resolved names, which mean the same in all networks.</param>
/// <param name="channels">Channels of each layer, those of all networks together.</param>
internal sealed class WeightComparison(IEngine engine, IReadOnlyList<NetworkSource> networks, IReadOnlyList<string> layers, IReadOnlyList<int> channels) : IComparison
{
    // Raised whenever equal weights would come out otherwise.
    private const int Algorithm = 1;

    // Of the digest of weights: as long as the ids of passes and sweeps.
    private const int IdLength = 16;

    /// <inheritdoc/>
    public NeighbourBasis Basis => NeighbourBasis.Weights;

    /// <inheritdoc/>
    public int Channels => channels.Max();

    /// <inheritdoc/>
    public object Determinants(int count, string method) => new
    {
        Algorithm,
        By = Basis,
        Networks = networks.Select(network => new { network.Description.Name, network.Description.Architecture, network.Description.WeightsDigest }),
        Layers = layers,
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
            var weights = engine.ReadWeights(network, layers);
            vectors.Add([.. layers.Zip(weights, (layer, rows) => PassVectors.OfWeights(IdOf(network), network.Description.Name, layer, rows))]);
        }

        return Task.FromResult(new ComparedChannels(
            [.. networks.Zip(vectors, Describe)], [.. layers.Select((layer, place) => new ComparedSet(layer, [.. vectors.Select(network => network[place])]))]));
    }

    private SearchedPass Describe(NetworkSource network, PassVectors[] vectors) => new(
        IdOf(network), network.Description.Name, network.Description.WeightsDigest, layers,
        vectors.Sum(layer => layer.Vectors.Count), vectors.Sum(layer => layer.Constant), vectors.Sum(layer => layer.NotFinite));

    private static string IdOf(NetworkSource network) => network.Description.WeightsDigest[..IdLength];
}
