namespace AmViz.Models;

/// <summary>Where weights come from and on what terms.</summary>
/// <param name="Source">Where they were taken from; null if the folder does not say.</param>
/// <param name="License">Under what licence; null if the folder does not say.</param>
/// <param name="Preprocessing">What the network does to pixel values, in words.</param>
/// <param name="Details">Everything the folder says of it, by key, those two included.</param>
public sealed record WeightsProvenance(
    string? Source, string? License, string Preprocessing, IReadOnlyDictionary<string, string> Details);
