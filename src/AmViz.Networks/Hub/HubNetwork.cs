using System.Text.Json.Nodes;
using AmViz.Models;

namespace AmViz.Networks;

/// <summary>A network whose weights are public.</summary>
public sealed class HubNetwork
{
    internal HubNetwork(string name, string title, int megabytes, HubSource source, string? alias = null)
    {
        Name = name;
        Title = title;
        Megabytes = megabytes;
        Source = source;
        Alias = alias;
    }

    /// <summary>What people call it, e.g. <c>inception_v3</c>.</summary>
    public string Name { get; }

    /// <summary>The name of its configuration, where that is another one; null if it is not.</summary>
    public string? Alias { get; }

    /// <summary>In words, with who publishes it.</summary>
    public string Title { get; }

    /// <summary>About how much there is to fetch.</summary>
    public int Megabytes { get; }

    /// <summary>Where it is and what it is.</summary>
    internal HubSource Source { get; }
}

/// <summary>Where public weights are and what they are.</summary>
/// <param name="Address">Address of the weights.</param>
/// <param name="Checksum">What they must hash to; null where nobody publishes it, so that the first use is trusted.</param>
/// <param name="License">On what terms.</param>
/// <param name="Config">Fields of <c>config.json</c> that tell what network it is.</param>
internal sealed record HubSource(HubAddress Address, Checksum? Checksum, string License, Func<JsonObject> Config)
{
    /// <summary>Name of the weights in their folder.</summary>
    public string FileName => Address.Path.EndsWith(".safetensors", StringComparison.Ordinal) ? WeightsFolder.WeightsFileName : "model.h5";
}

/// <summary>An address that follows the settings.</summary>
/// <param name="OfHub">Whether on the Hugging Face hub, otherwise on the host of the Keras applications.</param>
/// <param name="Path">Below that host.</param>
internal sealed record HubAddress(bool OfHub, string Path)
{
    /// <summary>A file of the Keras applications.</summary>
    public static HubAddress Keras(string path) => new(OfHub: false, $"tensorflow/keras-applications/{path}");

    /// <summary>A file of a repository on the hub.</summary>
    public static HubAddress Hub(string repository, string revision, string file) => new(OfHub: true, $"{repository}/resolve/{revision}/{file}");

    public Uri In(HubSettings settings) => new(OfHub ? settings.HubHost : settings.KerasHost, Path);

    /// <summary>The token that may be sent there.</summary>
    public string? TokenIn(HubSettings settings) => OfHub ? settings.HubToken : null;
}
