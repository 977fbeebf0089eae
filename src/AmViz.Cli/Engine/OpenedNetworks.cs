using AmViz.Cluster.Silo;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Weights;

namespace AmViz.Cli.Engine;

/// <summary>The networks of one command: opened once, described to the planner, loaded by the renderers.</summary>
internal sealed class OpenedNetworks
{
    private readonly Dictionary<(string? Model, string? Weights, string? CheckpointKey), NetworkSource> _sources = [];

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<NetworkSource> Sources => _sources.Values;

    /// <summary>For renderers: these and no others.</summary>
    public INetworkSource Known => new KnownNetworks(Sources);

    /// <summary>Opens a network, or finds it opened.</summary>
    /// <exception cref="NetworkException">There is no such network.</exception>
    public NetworkSource Open(ModelSelection selection)
    {
        var key = (selection.Model, selection.Weights, selection.CheckpointKey);
        if (!_sources.TryGetValue(key, out var source))
        {
            source = NetworkCatalogue.Open(selection.Model, selection.Weights, selection.CheckpointKey);
            _sources.Add(key, source);
        }

        return source;
    }

    /// <summary>What the planner must know of a network.</summary>
    public IModelDescription Describe(ModelSelection selection) => new CatalogueModelDescription(Open(selection).Description);
}
