namespace AmViz.Models;

/// <summary>A published configuration of an architecture, without weights.</summary>
/// <param name="Architecture">Its name in <c>config.json</c>, e.g. <c>mobilenet_v1</c>.</param>
/// <param name="Title">Its name for people, with where it is defined.</param>
/// <param name="Name">The name under which this configuration is known, e.g. <c>mobilenet_1_0_224</c>.</param>
/// <param name="InputSize">Side of its pictures in pixels.</param>
/// <param name="Parameters">How many numbers it is made of, with 1000 classes.</param>
public sealed record ArchitectureInfo(string Architecture, string Title, string Name, int InputSize, ParameterCounts Parameters);
