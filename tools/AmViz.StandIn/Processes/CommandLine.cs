namespace AmViz.StandIn.Processes;

/// <summary>What to start, with nothing of this program's own environment.</summary>
/// <param name="Program">A path, or a name on the PATH of this program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Environment">Its whole environment.</param>
/// <param name="Folder">Where it works.</param>
internal sealed record CommandLine(string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, string Folder);
