using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Neighbours;

/// <summary>Channels whose neighbours are wanted: chosen and found sound, nothing of them is computed yet.</summary>
internal interface IComparison
{
    /// <summary>By what they are compared.</summary>
    NeighbourBasis Basis { get; }

    /// <summary>Most channels among which neighbours are looked for at once.</summary>
    int Channels { get; }

    /// <summary>All that determines the result, to be hashed.</summary>
    /// <param name="count">Most neighbours of a channel.</param>
    /// <param name="method">How they are searched.</param>
    object Determinants(int count, string method);

    /// <summary>Makes a vector of each channel.</summary>
    /// <param name="report">Told the share that is done, and in words.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ComparedChannels> ReadAsync(Action<double, string> report, CancellationToken cancellationToken);
}

/// <summary>Vectors of all channels.</summary>
/// <param name="Passes">Whose they are.</param>
/// <param name="Sets">Channels of different sets are not compared.</param>
internal sealed record ComparedChannels(IReadOnlyList<SearchedPass> Passes, IReadOnlyList<ComparedSet> Sets)
{
    /// <summary>See <see cref="NeighbourSummary"/>.</summary>
    public int Photographs { get; init; }

    /// <summary>See <see cref="NeighbourSummary"/>.</summary>
    public PictureJudgeSummary? Judge { get; init; }
}

/// <summary>Channels that are compared with each other.</summary>
/// <param name="Layers">The layers that they are of; null where channels of any layers can be compared.</param>
/// <param name="Vectors">One element: its channels among themselves; several: those of each with those of each other.</param>
internal sealed record ComparedSet(IReadOnlyList<string>? Layers, IReadOnlyList<PassVectors> Vectors);
