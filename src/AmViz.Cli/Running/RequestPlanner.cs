using System.Globalization;
using AmViz.Cli.Specs;
using AmViz.Cluster.Api;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Storage;
using AmViz.Weights;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AmViz.Cli.Running;

/// <summary>Plans specs that come over HTTP: as the command line reads them, but distrusted.</summary>
/// <param name="blobs">The store of the cluster.</param>
/// <param name="networks">The networks of the coordinator, and the way to those of the store.</param>
internal sealed class RequestPlanner(IBlobStore blobs, StoredNetworks networks) : ISweepPlanner
{
    // What messages call the spec.
    private const string Name = "spec";

    // Of networks, of layers of one, of seeds; a list of a million would be planned a million times.
    private const int MostSelections = 1000;

    /// <inheritdoc/>
    public async Task<SweepPlan> PlanAsync(string spec, CancellationToken cancellationToken)
    {
        try
        {
            CheckAliases(spec);
            var document = SpecReader.Parse(spec, Name);
            var described = await DescribeAsync(document.Spec, cancellationToken);
            return document.Plan(read => SweepPlanner.Plan(Checked(read), selection => described[Key(selection)]()));
        }
        catch (UsageException e)
        {
            throw new SpecException([.. e.Problems.Select(problem => new SpecProblem("", problem))]);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<KnownNetwork>> NetworksAsync(CancellationToken cancellationToken)
    {
        var here = networks.Here.Select(network => new KnownNetwork(
            network.Name, network.WeightsDigest, NetworkPlace.Coordinator, network.Architecture, network.Labels.Count, network.InputSize, network.LayerShapes.Count)).ToList();
        var stored = await new NetworkStore(blobs).ListAsync(cancellationToken).ToListAsync(cancellationToken);
        return [.. here, .. stored.Where(network => here.TrueForAll(one => one.WeightsDigest != network.WeightsDigest)).Select(network => new KnownNetwork(network.Model, network.WeightsDigest, NetworkPlace.Store))];
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
        catch (YamlException)
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
                problems.Add(new($"{path}.weights", "A spec that comes over HTTP names no folder: it would be one of the coordinator's. Put the network into the store with 'amviz models push', and name it by 'model'."));
            }
        }

        CheckCount("seeds", spec.Seeds.Count, problems);
        return problems.Count == 0 ? spec : throw new SpecException(problems);
    }

    private static void CheckCount(string path, int count, List<SpecProblem> problems)
    {
        if (count > MostSelections)
        {
            problems.Add(new(path, string.Create(CultureInfo.InvariantCulture, $"Found {count}. Expected at most {MostSelections}; use a pattern, or several sweeps.")));
        }
    }

    /// <summary>What is known of every network that is named, found before the planner asks for it.</summary>
    private async Task<Dictionary<(string?, string?), Func<IModelDescription>>> DescribeAsync(SweepSpec spec, CancellationToken cancellationToken)
    {
        var described = new Dictionary<(string?, string?), Func<IModelDescription>>();
        foreach (var selection in spec.Models.Take(MostSelections).Where(selection => selection.Weights is null).DistinctBy(Key))
        {
            described[Key(selection)] = await FindAsync(selection, cancellationToken);
        }

        return described;
    }

    private async Task<Func<IModelDescription>> FindAsync(ModelSelection selection, CancellationToken cancellationToken)
    {
        if (selection.CheckpointKey is null && networks.Here.FirstOrDefault(network => network.Name == selection.Model) is { } here)
        {
            var known = new CatalogueModelDescription(here);
            return () => known;
        }

        UnknownModelException unknown;
        try
        {
            var found = CatalogueModelDescription.Open(selection);
            return () => found;
        }
        catch (UnknownModelException e)
        {
            unknown = e;
        }
        catch (NetworkException e)
        {
            return Refusing(e);
        }

        var stored = await new NetworkStore(blobs).ListAsync(cancellationToken)
            .Where(network => network.Model == selection.Model && (selection.CheckpointKey is null || network.CheckpointKey == selection.CheckpointKey))
            .ToListAsync(cancellationToken);
        return stored switch
        {
            [] => Refusing(unknown),
            [var only] => await DescribeStoredAsync(only, cancellationToken),
            _ => Refusing(new UnknownModelException($"The store has {stored.Count} networks '{selection.Model}': {string.Join(", ", stored.Select(network => network.WeightsDigest[..12]))}. Push the one that is meant under a name of its own ('amviz models push --model NAME').")),
        };
    }

    private async Task<Func<IModelDescription>> DescribeStoredAsync(StoredNetwork stored, CancellationToken cancellationToken)
    {
        try
        {
            var described = new CatalogueModelDescription(await networks.DescribeAsync(stored.Model, stored.WeightsDigest, cancellationToken));
            return () => described;
        }
        catch (NetworkException e)
        {
            return Refusing(e);
        }
    }

    /// <summary>The planner asks again, and adds the place.</summary>
    private static Func<IModelDescription> Refusing(NetworkException why) => () => throw why;

    private static (string?, string?) Key(ModelSelection selection) => (selection.Model, selection.CheckpointKey);
}
