namespace AmViz.Cli.Settings;

/// <summary>What applies where a command line says nothing: from <c>amviz.json</c> in the working folder and from the environment.</summary>
/// <remarks>
/// The environment wins over the file, an option over both. A key <c>Section:Name</c> is <c>{"Section": {"Name": ...}}</c> in
/// the file and <c>AMVIZ__Section__Name</c> in the environment.
/// </remarks>
internal sealed record AmVizSettings
{
    /// <summary><c>Network:Model</c>: the network to use.</summary>
    public string? Model { get; init; }

    /// <summary><c>Network:Weights</c>: its weights folder.</summary>
    public string? Weights { get; init; }

    /// <summary><c>Device:Name</c>: <c>auto</c>, <c>cpu</c> or <c>cuda:N</c>. Default: <c>auto</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary><c>Device:Threads</c>: threads inside one tensor operation, at least 1. Default: 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary><c>Device:Batch</c>: images drawn at once; null (<c>auto</c>): what suits the device.</summary>
    public int? Batch { get; init; }
}
