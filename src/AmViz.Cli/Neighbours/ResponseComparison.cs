using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Neighbours;

/// <summary>Channels by what they responded to photographs.</summary>
/// <param name="blobs">Where passes lie.</param>
/// <param name="passes">By id; one: within it; several: each with each other.</param>
internal sealed class ResponseComparison(IBlobStore blobs, IReadOnlyList<ChosenPass> passes) : IComparison
{
    // Raised whenever equal samples would come out otherwise.
    private const int Algorithm = 1;

    /// <inheritdoc/>
    public NeighbourBasis Basis => NeighbourBasis.Responses;

    /// <inheritdoc/>
    public int Channels => passes.Sum(pass => pass.Layers.Sum(layer => layer.Channels));

    /// <inheritdoc/>
    public object Determinants(int count, string method)
        => new { Algorithm, Passes = passes.Select(pass => new { pass.Plan.Id, Layers = pass.Layers.Select(layer => layer.Name) }), Count = count, Method = method };

    /// <inheritdoc/>
    public async Task<ComparedChannels> ReadAsync(Action<double, string> report, CancellationToken cancellationToken)
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
        return new([.. passes.Zip(vectors, Describe)], [new(Layers: null, vectors)]) { Photographs = shared.Count };
    }

    private static SearchedPass Describe(ChosenPass pass, PassVectors vectors) => new(
        pass.Plan.Id, pass.Plan.Model, pass.Plan.WeightsDigest, [.. pass.Layers.Select(layer => layer.Name)], vectors.Vectors.Count, vectors.Constant, vectors.NotFinite);

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
}
