using AmViz.Cli.Options;
using AmViz.Cli.Photographs;
using AmViz.Cli.Scored;
using AmViz.Cluster.Silo;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Storage;
using AmViz.Weights;

namespace AmViz.Cli.Engine;

/// <summary>The networks of one command, and the photographs that its recipe names: found and opened once, described to the planner, loaded by the renderers.</summary>
internal sealed class OpenedNetworks
{
    private readonly IBlobStore? _store;
    private readonly TextWriter _notes;
    private readonly NetworkCacheOptions _cache;
    private readonly IReadOnlyList<NetworkSource> _here;
    private readonly NetworkLocator _locator;
    private readonly Dictionary<ModelSelection, LocatedNetwork> _networks = [];

    /// <summary>None is open yet.</summary>
    /// <param name="store">Where networks lie that this machine does not have; null: nowhere.</param>
    /// <param name="notes">Told of each that is taken from there.</param>
    /// <param name="cache">Where they are kept on this machine.</param>
    /// <param name="here">Networks that are opened already; they come first.</param>
    public OpenedNetworks(IBlobStore? store, TextWriter notes, NetworkCacheOptions cache, params IReadOnlyList<NetworkSource> here)
        => (_store, _notes, _cache, _here, _locator) = (store, notes, cache, here, new(store, cache));

    /// <summary>Those of this machine, which a store may lack.</summary>
    public IReadOnlyList<NetworkSource> Local => [.. _networks.Values.Where(network => !network.IsOfStore).Select(network => network.Source)];

    /// <summary>Photographs that the recipe names, for renderers; those of the store are there too.</summary>
    public ReferencePhotographs Photographs
    {
        get => field with { Store = _store };
        set;
    } = ReferencePhotographs.None;

    /// <summary>For renderers.</summary>
    public INetworkSource Known => _store is null ? new KnownNetworks(Local) : new StoredNetworks(Local, _store, _cache);

    /// <summary>Opens a network, or finds it opened.</summary>
    /// <exception cref="NetworkException">There is no such network.</exception>
    /// <exception cref="StorageException">The store cannot be asked.</exception>
    public async Task<NetworkSource> OpenAsync(ModelSelection selection, CancellationToken cancellationToken)
    {
        if (!_networks.TryGetValue(Key(selection), out var network))
        {
            network = FindHere(selection) is { } here ? new(here, IsOfStore: false) : await _locator.LocateAsync(selection, cancellationToken);
            _networks.Add(Key(selection), network);
            if (network is { IsOfStore: true, Source.Description: var found })
            {
                _notes.WriteLine($"network  {found.Name} of {_store!.Name}, digest {found.WeightsDigest}");
            }
        }

        return network.Source;
    }

    /// <summary>Finds a network by its digest: an opened one, or it is opened.</summary>
    /// <exception cref="NetworkException">There is no such network.</exception>
    /// <exception cref="StorageException">The store cannot be asked.</exception>
    public async Task<NetworkSource> FindAsync(string model, string weightsDigest, CancellationToken cancellationToken)
        => _here.Concat(_networks.Values.Select(network => network.Source)).FirstOrDefault(network => network.Description.Name == model && network.Description.WeightsDigest == weightsDigest)
            ?? await OpenAsync(new() { Model = model, Digest = weightsDigest }, cancellationToken);

    /// <summary>Plans a sweep of such networks. What the devices of a pass of photographs must know is written into the store.</summary>
    /// <exception cref="SpecException">Every mistake at once.</exception>
    /// <exception cref="StorageException">The store cannot be asked, which is no mistake of the spec: it may be asked later.</exception>
    public async Task<SweepPlan> PlanAsync(SweepSpec spec, CancellationToken cancellationToken)
    {
        if (spec.Scores is not null)
        {
            return _store is null
                ? throw new SpecException([new("scores", "Pictures and photographs are looked for in the store of the cluster. Name it with --store, such as --store azure:results.")])
                : await new ScorePlanning(_store).PlanAsync(spec, OpenAsync, cancellationToken);
        }

        if (spec.Photographs is not null)
        {
            return _store is null
                ? throw new SpecException([new("photographs", "What is shown is written down in the store of the cluster. Name it with --store, such as --store azure:results.")])
                : await new PassPlanning(_store).PlanAsync(spec, OpenAsync, cancellationToken);
        }

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

            await Photographs.PushAsync(_store, cancellationToken);
        }
    }

    private NetworkSource? FindHere(ModelSelection selection) => selection is { Model: { } name, Weights: null, CheckpointKey: null }
        ? _here.FirstOrDefault(network => network.Description.Name == name && network.Description.WeightsDigest.StartsWith(selection.Digest ?? "", StringComparison.OrdinalIgnoreCase))
        : null;

    // What of it says which network is meant.
    private static ModelSelection Key(ModelSelection selection) => selection with { Layers = [] };
}
