using System.Diagnostics.CodeAnalysis;

namespace AmViz.Sweeps;

/// <summary>What a plan must know of a network: no tensor is loaded for it.</summary>
public interface IModelDescription
{
    /// <summary>Name under which results are stored.</summary>
    string Name { get; }

    /// <summary>SHA-256 of the weights file, lower-case hexadecimal.</summary>
    string WeightsDigest { get; }

    /// <summary>The network's own input size in pixels.</summary>
    int InputSize { get; }

    /// <summary>Why it cannot take pictures of a size; null if it can.</summary>
    /// <param name="size">Height and width in pixels.</param>
    string? WhyNotOfSize(int size) => null;

    /// <summary>Whether its pictures have red, green and blue, among other channels or alone.</summary>
    bool HasColours => true;

    /// <summary>Whether its weights tell mean and variance of layers over the pictures that it was trained on.</summary>
    bool KeepsTrainingMoments => false;

    /// <summary>Every layer that can be drawn, in the order of computation.</summary>
    IReadOnlyList<LayerFacts> Layers { get; }

    /// <summary>Default tap of every layer, in the order of computation.</summary>
    IReadOnlyList<LayerFacts> DefaultLayers { get; }

    /// <summary>Looks up a layer by name or alias.</summary>
    /// <param name="name">As the user wrote it.</param>
    /// <param name="layer">The layer, under its resolved name.</param>
    /// <param name="problem">What is wrong with the name, and what it could have been.</param>
    bool TryFindLayer(string name, [NotNullWhen(true)] out LayerFacts? layer, [NotNullWhen(false)] out string? problem);
}

/// <summary>A layer, as far as a plan must know it.</summary>
/// <param name="Name">Resolved name.</param>
/// <param name="ChannelCount">Channels, or classes.</param>
/// <param name="IsLogits">Whether its channels are classes.</param>
public sealed record LayerFacts(string Name, int ChannelCount, bool IsLogits);
