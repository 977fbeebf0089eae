using AmViz.Imaging;
using AmViz.Responses;

namespace AmViz.Cli.Photographs;

/// <summary>The photographs of a pass.</summary>
internal interface IPhotographs
{
    /// <summary>Opens a shard.</summary>
    /// <returns>Reads one of its photographs by its number; from any thread.</returns>
    Task<Func<long, Task<PhotographReading>>> OpenAsync(ResponseShard shard, CancellationToken cancellationToken);
}

/// <summary>A photograph as the network is given it, or why it could not be read.</summary>
/// <param name="Photograph">Null if it could not be read.</param>
/// <param name="Picture">As the network is given it; null if it could not be read.</param>
/// <param name="Unreadable">Null if it could be read.</param>
internal sealed record PhotographReading(Photograph? Photograph, Picture? Picture, UnreadablePhotograph? Unreadable);
