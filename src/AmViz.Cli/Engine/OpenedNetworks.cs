using AmViz.Cluster.Silo;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Storage;
using AmViz.Weights;

namespace AmViz.Cli.Engine;

/// <summary>The networks of one command: found and opened once, described to the planner, loaded by the renderers.</summary>
internal sealed class OpenedNetworks
{
    private readonly IBlobStore? _store;
    private readonly TextWriter _notes;
    private readonly NetworkLocator _locator;
    private readonly Dictionary<ModelSelection, LocatedNetwork> _networks = [];

    /// <summary>None yet.</summary>
    /// <param name="store">Where networks lie that this machine does not have; null: nowhere.</param>
    /// <param name="notes">Told of each that is taken from there.</param>
    public OpenedNetworks(IBlobStore? store, TextWriter notes) => (_store, _notes, _locator) = (store, notes, new(store, new()));

    /// <summary>Those of this machine, which a store may lack.</summary>
    public IReadOnlyList<NetworkSource> Local => [.. _networks.Values.Where(network => !network.IsOfStore).Select(network => network.Source)];

    /// <summary>For renderers.</summary>
    public INetworkSource Known => _store is null ? new KnownNetworks(Local) : new StoredNetworks(Local, _store, new());

    /// <summary>Opens a network, or finds it opened.</summary>
    /// <exception cref="NetworkException">There is no such network.</exception>
    /// <exception cref="StorageException">The store cannot be asked.</exception>
    public async Task<NetworkSource> OpenAsync(ModelSelection selection, CancellationToken cancellationToken)
    {
        if (!_networks.TryGetValue(Key(selection), out var network))
        {
            network = await _locator.LocateAsync(selection, cancellationToken);
            _networks.Add(Key(selection), network);
            if (network is { IsOfStore: true, Source.Description: var found })
            {
                _notes.WriteLine($"network  {found.Name} of {_store!.Name}, digest {found.WeightsDigest}");
            }
        }

        return network.Source;
    }

    /// <summary>Plans a sweep of such networks.</summary>
    /// <exception cref="SpecException">Every mistake at once.</exception>
    /// <exception cref="StorageException">The store cannot be asked, which is no mistake of the spec: it may be asked later.</exception>
    public async Task<SweepPlan> PlanAsync(SweepSpec spec, CancellationToken cancellationToken)
    {
        var mistakes = new Dictionary<ModelSelection, Exception>();
        foreach (var selection in spec.Models)
        {
            try
            {
                await OpenAsync(selection, cancellationToken);
            }
            catch (Exception e) when (e is not (StorageException or OperationCanceledException))
            {
                mistakes[Key(selection)] = e;
            }
        }

        return SweepPlanner.Plan(spec, selection => mistakes.TryGetValue(Key(selection), out var mistake)
            ? throw mistake
            : new CatalogueModelDescription(_networks[Key(selection)].Source.Description));
    }

    /// <summary>Puts into the store what it lacks; without a store nothing is done.</summary>
    /// <exception cref="StorageException">The store cannot be used, or has one of them with another configuration.</exception>
    public async Task PushAsync(CancellationToken cancellationToken)
    {
        if (_store is not null)
        {
            foreach (var source in Local)
            {
                await NetworkPublisher.PushAsync(source, _store, cancellationToken);
            }
        }
    }

    // What of it says which network is meant.
    private static ModelSelection Key(ModelSelection selection) => selection with { Layers = [] };
}
