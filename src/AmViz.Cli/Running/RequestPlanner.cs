using System.Globalization;
using AmViz.Cli.Engine;
using AmViz.Cli.Specs;
using AmViz.Cluster.Api;
using AmViz.Cluster.Http;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Storage;
using AmViz.Weights;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AmViz.Cli.Running;

/// <summary>Plans specs that come over HTTP: as the command line reads them, but distrusted.</summary>
/// <param name="blobs">The store of the cluster.</param>
/// <param name="here">Networks that the coordinator was given.</param>
/// <param name="cache">Where those of the store are kept on its machine.</param>
/// <param name="time">Measures.</param>
/// <param name="renderers">Makes the renderers that estimates are measured on, given networks and a number of pictures; null: none are measured here.</param>
internal sealed class RequestPlanner(
    IBlobStore blobs, IReadOnlyList<NetworkSource> here, NetworkCacheOptions cache, TimeProvider time, Func<INetworkSource, int, IReadOnlyList<IChannelRenderer>>? renderers = null) : ISweepPlanner
{
    // What messages call the spec.
    private const string Name = "spec";

    private const string NoFolder = "A spec that comes over HTTP names no folder: it would be one of the coordinator's. Put the network into the store with 'amviz models push', and name it by 'model' or 'digest'.";

    // Of networks, of layers of one, of seeds; a list of a million would be planned a million times.
    private const int MostSelections = 1000;

    /// <inheritdoc/>
    public async Task<SweepPlan> PlanAsync(string spec, CancellationToken cancellationToken)
    {
        try
        {
            CheckAliases(spec);
            // Of this request alone: a network that is pushed later is found by the next.
            var networks = new OpenedNetworks(blobs, TextWriter.Null, cache, here);
            var plan = await SpecReader.Parse(spec, Name).PlanAsync(read => networks.PlanAsync(Checked(read), cancellationToken));
            await CheckPhotographsAsync(plan.Recipe, cancellationToken);
            return plan;
        }
        catch (UsageException e)
        {
            throw new SpecException([.. e.Problems.Select(problem => new SpecProblem("", problem))]);
        }
    }

    /// <inheritdoc/>
    public async Task<EstimatedSweep?> EstimateAsync(SweepPlan plan, CancellationToken cancellationToken)
    {
        if (renderers is null || plan.Work is not null)
        {
            return null;
        }

        using var measured = new Renderers(renderers(new StoredNetworks(here, blobs, cache), plan.TaskCount));
        return await SweepForecast.MeasureAsync(plan, measured.All, blobs, time, report: null, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<PublishedNetwork> PublishAsync(string folder, string model, string? checkpointKey, bool programs, CancellationToken cancellationToken)
    {
        NetworkSource source;
        try
        {
            source = NetworkCatalogue.Open(model, folder, checkpointKey, within: folder);
        }
        catch (NetworkException e)
        {
            return new(null, e.Message);
        }

        var network = source.Description;
        if (network.IsProgram && !programs)
        {
            return new(null, $"'{model}' is a TorchScript program, and devices run a program as it is. Expected a key of the role admin; or push it with 'amviz models push' where the store is in reach.");
        }

        var pushed = await NetworkPublisher.PushAsync(source, blobs, cancellationToken);
        return new(new(
            pushed?.Network.Model ?? network.Name, network.WeightsDigest, NetworkPlace.Store, network.Architecture, network.Labels.Count, network.InputSize, network.LayerShapes.Count));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<KnownNetwork>> NetworksAsync(CancellationToken cancellationToken)
    {
        var known = new StoredNetworks(here, blobs, cache).Here.Select(network => new KnownNetwork(
            network.Name, network.WeightsDigest, NetworkPlace.Coordinator, network.Architecture, network.Labels.Count, network.InputSize, network.LayerShapes.Count)).ToList();
        var stored = await new NetworkStore(blobs).ListAsync("", cancellationToken).ToListAsync(cancellationToken);
        return [.. known, .. stored.Where(network => known.TrueForAll(one => one.WeightsDigest != network.WeightsDigest)).Select(network => new KnownNetwork(network.Model, network.WeightsDigest, NetworkPlace.Store))];
    }

    /// <summary>An alias stands for a whole list, so a short text with many could mean more than any memory holds.</summary>
    private static void CheckAliases(string spec)
    {
        try
        {
            var parser = new Parser(new StringReader(spec));
            while (parser.MoveNext())
            {
                if (parser.Current is AnchorAlias alias)
                {
                    throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{Name}:{alias.Start.Line}:{alias.Start.Column}: Found the alias '*{alias.Value}'. A spec that comes over HTTP has none; write out what it stands for, and a pattern that begins with '*' in quotes."));
                }
            }
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException)
        {
            // The reader says it with its place.
        }
    }

    private static SweepSpec Checked(SweepSpec spec)
    {
        var problems = new List<SpecProblem>();
        CheckCount("models", spec.Models.Count, problems);
        for (var m = 0; m < spec.Models.Count; m++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"models[{m}]");
            CheckCount($"{path}.layers", spec.Models[m].Layers.Count, problems);
            if (spec.Models[m].Weights is not null)
            {
                problems.Add(new($"{path}.weights", NoFolder));
            }
        }

        CheckCount("seeds", spec.Seeds.Count, problems);
        if (spec.Photographs?.Folder is not null)
        {
            problems.Add(new("photographs.folder", "A spec that comes over HTTP names no folder: it would be one of the coordinator's. Submit it where Redis and store of the cluster are in reach, or show 'textures'."));
        }

        if (spec.Scores?.Judge?.Weights is not null)
        {
            problems.Add(new("scores.judge.weights", NoFolder));
        }

        return problems.Count == 0 ? spec : throw new SpecException(problems);
    }

    /// <summary>Photographs are no part of a spec: only their names are.</summary>
    private async Task CheckPhotographsAsync(RenderRecipe recipe, CancellationToken cancellationToken)
    {
        foreach (var digest in recipe.Prior?.Photographs ?? [])
        {
            if (await blobs.ReadPropertiesAsync(ResultLayout.Reference(digest), cancellationToken) is null)
            {
                throw new SpecException([new("recipe.prior.photographs", $"The store has no photograph {digest}. Put the photographs there with 'amviz run --photos DIR --store STORE' or 'amviz sweep submit' where the store is in reach, and name them by their SHA-256.")]);
            }
        }
    }

    private static void CheckCount(string path, int count, List<SpecProblem> problems)
    {
        if (count > MostSelections)
        {
            problems.Add(new(path, string.Create(CultureInfo.InvariantCulture, $"Found {count}. Expected at most {MostSelections}; use a pattern, or several sweeps.")));
        }
    }
}
