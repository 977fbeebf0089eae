using System.Diagnostics.CodeAnalysis;
using AmViz.Models;
using AmViz.Sweeps;

namespace AmViz.Cli.Engine;

/// <summary>The networks of one command: opened once, described to the planner, loaded by the renderers.</summary>
internal sealed class OpenedNetworks
{
    private readonly Dictionary<(string? Model, string? Weights), NetworkSource> _sources = [];

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<NetworkSource> Sources => _sources.Values;

    /// <summary>Opens a network, or finds it opened.</summary>
    /// <exception cref="ModelsException">There is no such network.</exception>
    public NetworkSource Open(ModelSelection selection)
    {
        var key = (selection.Model, selection.Weights);
        if (!_sources.TryGetValue(key, out var source))
        {
            source = NetworkCatalogue.Open(selection.Model, selection.Weights);
            _sources.Add(key, source);
        }

        return source;
    }

    /// <summary>What the planner must know of a network.</summary>
    public IModelDescription Describe(ModelSelection selection) => new Description(Open(selection).Description);

    /// <summary>Models knows nothing of sweeps and Sweeps nothing of models; this is where they meet.</summary>
    private sealed class Description(NetworkDescription network) : IModelDescription
    {
        public string Name => network.Name;

        public string WeightsDigest => network.WeightsDigest;

        public int InputSize => network.InputSize;

        public IReadOnlyList<LayerFacts> DefaultLayers { get; } = [.. network.LayerShapes.Where(shape => shape.IsDefaultTap).Select(Facts)];

        public bool TryFindLayer(string name, [NotNullWhen(true)] out LayerFacts? layer, [NotNullWhen(false)] out string? problem)
        {
            try
            {
                layer = Facts(network.FindShape(name));
                problem = null;
                return true;
            }
            catch (UnknownLayerException exception)
            {
                layer = null;
                problem = exception.Message;
                return false;
            }
        }

        private static LayerFacts Facts(LayerShape shape) => new(shape.Name, shape.ChannelCount, shape.Kind == LayerKind.Logits);
    }
}
