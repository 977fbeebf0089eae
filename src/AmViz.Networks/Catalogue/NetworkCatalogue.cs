using AmViz.Models;
using AmViz.Weights;

namespace AmViz.Networks;

/// <summary>The networks known by name, and the door to those in folders.</summary>
public static class NetworkCatalogue
{
    /// <summary>The network used when a person names none.</summary>
    public const string DefaultName = "texturenet";

    private const string ResourcePrefix = "networks/";

    /// <summary>Names of the networks inside this package, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(NetworkCatalogue).Assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(ResourcePrefix, StringComparison.Ordinal) && resource.EndsWith($"/{WeightsFolder.WeightsFileName}", StringComparison.Ordinal))
            .Select(resource => resource.Split('/')[1])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Names of the public networks that were fetched: those of <see cref="HubCatalogue.All"/> in its order, then those of other repositories.</summary>
    public static IReadOnlyList<string> Fetched
    {
        get
        {
            var cache = HubCache.OfThisProcess();
            return [.. HubCatalogue.All.Select(network => network.Name).Where(name => cache.Find(name) is not null), .. cache.Repositories];
        }
    }

    /// <summary>The kinds of networks that can be used with weights of one's own, in their published sizes.</summary>
    public static IReadOnlyList<ArchitectureInfo> Architectures { get; } =
    [
        .. KnownArchitectures.All.SelectMany(architecture => architecture.Published.Select(published => new ArchitectureInfo(
            architecture.Name, architecture.Title, published.Name, published.InputSize, published.Blueprint.CountParameters(Preprocessing.MinusOneToOne)))),
    ];

    /// <summary>Finds a network without loading it.</summary>
    /// <param name="model">Its name; null for the folder's name, or for <see cref="DefaultName"/> where there is no folder either.</param>
    /// <param name="weightsPath">A weights folder or a file in one; null for a network of this package, or one that was fetched (<see cref="WeightsPuller"/>).</param>
    /// <param name="checkpointKey">Which of several networks of the weights is meant, e.g. <c>teacher</c> or <c>model_ema</c>; null for the one that <c>config.json</c> names, or the default.</param>
    /// <param name="within">A folder that no file of the weights may leave, for weights that came from others; null for a person's own.</param>
    /// <exception cref="UnknownModelException">No network of that name is in this package or was fetched.</exception>
    /// <exception cref="WeightsFormatException">The folder is not as it should be.</exception>
    public static NetworkSource Open(string? model, string? weightsPath = null, string? checkpointKey = null, string? within = null)
        => weightsPath is not null
            ? new NetworkSource(WeightsFolder.Open(weightsPath, model, checkpointKey, within))
            : Find(model ?? DefaultName, checkpointKey) ?? throw new UnknownModelException(Explain(model ?? DefaultName));

    /// <summary>Finds a network by its name without loading it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="checkpointKey">As for <see cref="Open"/>.</param>
    /// <returns>Null if no network of that name is in this package or was fetched.</returns>
    /// <exception cref="WeightsFormatException">What was fetched is not as it should be.</exception>
    public static NetworkSource? Find(string name, string? checkpointKey = null)
    {
        if (Names.Contains(name, StringComparer.Ordinal))
        {
            return new NetworkSource(WeightsFolder.OpenEmbedded(name, file => typeof(NetworkCatalogue).Assembly.GetManifestResourceStream($"{ResourcePrefix}{name}/{file}"), checkpointKey));
        }

        return HubCache.OfThisProcess().Find(name) is { } fetched
            ? new NetworkSource(WeightsFolder.Open(fetched, HubCache.KeptName(name), checkpointKey, within: fetched))
            : null;
    }

    /// <summary>The networks inside this package.</summary>
    internal static IReadOnlyList<NetworkSource> OpenBuiltIn() => [.. Names.Select(name => Open(name))];

    /// <summary>The public networks that were fetched, but for damaged ones.</summary>
    internal static IReadOnlyList<NetworkSource> OpenFetched()
    {
        var sources = new List<NetworkSource>();
        foreach (var name in Fetched)
        {
            try
            {
                sources.Add(Open(name));
            }
            catch (NetworkException)
            {
                // A damaged one is of no use here; 'amviz models' tells of it, and the store may have the same whole.
            }
        }

        return sources;
    }

    /// <summary>Why there is no network of a name, and what to do.</summary>
    internal static string Explain(string name)
    {
        if (HubCatalogue.Find(name) is { } network)
        {
            return $"Model '{name}' ({network.Title}) is not here yet. Fetch it with 'amviz models pull {network.Name}' (about {network.Megabytes} MB), or name a folder with --weights DIR.";
        }

        if (HubRepository.Parse(name) is { } repository)
        {
            return $"Model '{name}' is not here. If it is a repository of the Hugging Face hub, fetch it with 'amviz models pull {repository.Id}'; weights of yours are named with --weights DIR.";
        }

        var known = Names.Count == 0 ? "No network is known by name in this build" : $"Known by name: {string.Join(", ", Names)}; to be fetched with 'amviz models pull NAME': {string.Join(", ", HubCatalogue.All.Select(one => one.Name))}";
        return $"There is no model '{ErrorText.Shorten(name)}'. {known}. Any {string.Join(", ", KnownArchitectures.All.Select(one => one.Name))} can be used with --weights DIR, "
            + $"where DIR holds {WeightsFolder.WeightsFileName} and {WeightsFolder.ConfigFileName}.";
    }
}
