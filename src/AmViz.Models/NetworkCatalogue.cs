using TorchSharp;

namespace AmViz.Models;

/// <summary>A network that can be loaded: what it is, before its tensors are read.</summary>
public sealed class NetworkSource
{
    internal NetworkSource(WeightsFolder weights) => Weights = weights;

    /// <summary>Name, layers, labels and provenance.</summary>
    public NetworkDescription Description => Weights.Description;

    /// <summary>Where the weights are.</summary>
    public WeightsFolder Weights { get; }

    /// <summary>Loads the weights; the caller disposes the network.</summary>
    /// <param name="device">Where to compute; null for the CPU.</param>
    /// <param name="type">float32, or float64 to check gradients.</param>
    /// <exception cref="WeightsFormatException">A tensor cannot be used, or the file changed meanwhile.</exception>
    public INetwork Load(torch.Device? device = null, torch.ScalarType type = torch.ScalarType.Float32) =>
        MobileNetV1.Load(Weights, device ?? torch.CPU, type);
}

/// <summary>The networks known by name, and the door to those in folders.</summary>
public static class NetworkCatalogue
{
    /// <summary>The network used when a person names none.</summary>
    public const string DefaultName = "texturenet";

    internal const string ResourcePrefix = "networks/";

    /// <summary>Names of the networks inside this package, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(NetworkCatalogue).Assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(ResourcePrefix, StringComparison.Ordinal) && resource.EndsWith($"/{WeightsFolder.WeightsFileName}", StringComparison.Ordinal))
            .Select(resource => resource.Split('/')[1])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Finds a network without loading it.</summary>
    /// <param name="model">Its name; null for the folder's name, or for <see cref="DefaultName"/> where there is no folder either.</param>
    /// <param name="weightsPath">A weights folder or a file in one; null for a network of this package.</param>
    /// <exception cref="UnknownModelException">No network of that name is in this package.</exception>
    /// <exception cref="WeightsFormatException">The folder is not as it should be.</exception>
    public static NetworkSource Open(string? model, string? weightsPath)
    {
        if (weightsPath is not null)
        {
            return new NetworkSource(WeightsFolder.Open(weightsPath, model));
        }

        string name = model ?? DefaultName;
        return Names.Contains(name, StringComparer.Ordinal)
            ? new NetworkSource(WeightsFolder.OpenEmbedded(name))
            : throw new UnknownModelException(Explain(name));
    }

    private static string Explain(string name)
    {
        string known = Names.Count == 0 ? "No network is known by name in this build" : $"Known by name: {string.Join(", ", Names)}";
        return $"There is no model '{ErrorText.Shorten(name)}'. {known}. Any MobileNetV1 can be used with --weights DIR, "
            + $"where DIR holds {WeightsFolder.WeightsFileName} and {WeightsFolder.ConfigFileName}.";
    }
}
