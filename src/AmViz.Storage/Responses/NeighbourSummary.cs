using AmViz.Responses;

namespace AmViz.Storage;

/// <summary><c>neighbours.json</c>: what a search for neighbours came to.</summary>
/// <param name="FormatVersion">Of this file and of the table beside it.</param>
/// <param name="Search">Hash of all that determines both.</param>
/// <param name="Passes">What was compared.</param>
/// <param name="Photographs">Sampled photographs that all passes have in common: by those channels are compared; 0 where they are compared by something else.</param>
/// <param name="Count">Most neighbours of a channel in a pass.</param>
/// <param name="Method">How they were searched.</param>
/// <param name="Recall">Share of the exact neighbours that were found, the least of all searches; 1 if exact.</param>
/// <param name="Duplicates">Pairs of duplicates among the neighbours.</param>
/// <param name="Pairs">How passes correspond, pair by pair; within one pass a single one.</param>
/// <param name="BestDuplicates">The first pairs of duplicates.</param>
/// <param name="BestOthers">The first pairs of which each is the other's nearest, without duplicates.</param>
public sealed record NeighbourSummary(
    int FormatVersion, string Search, IReadOnlyList<SearchedPass> Passes, int Photographs, int Count, string Method, double Recall, int Duplicates,
    IReadOnlyList<PassCorrespondence> Pairs, IReadOnlyList<NeighbourRow> BestDuplicates, IReadOnlyList<NeighbourRow> BestOthers)
{
    /// <summary>Version that is written.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>By what channels were compared; files of earlier versions do not say it, and mean responses.</summary>
    public NeighbourBasis By { get; init; }

    /// <summary>Who saw the pictures; null where none were compared.</summary>
    public PictureJudgeSummary? Judge { get; init; }
}

/// <summary>A network that pictures were shown to, so that channels can be compared by them.</summary>
/// <param name="Model">Its name.</param>
/// <param name="WeightsDigest">SHA-256 of its weights.</param>
/// <param name="Layer">The layer that it represents them by.</param>
/// <param name="Pictures">How many it was shown.</param>
public sealed record PictureJudgeSummary(string Model, string WeightsDigest, string Layer, int Pictures);

/// <summary>A pass, a sweep or a network whose channels were compared.</summary>
/// <param name="Pass">Its id; of a network the beginning of its weights' digest.</param>
/// <param name="Model">Name of the network; of a sweep of several, all of them.</param>
/// <param name="WeightsDigest">SHA-256 of its weights; of several, all of them.</param>
/// <param name="Layers">Which layers.</param>
/// <param name="Channels">Channels that could be compared.</param>
/// <param name="Constant">Channels that respond to all photographs alike; see <see cref="VectorProblem.Constant"/>.</param>
/// <param name="NotFinite">Channels with a number that is not finite.</param>
public sealed record SearchedPass(string Pass, string Model, string WeightsDigest, IReadOnlyList<string> Layers, int Channels, int Constant, int NotFinite);

/// <summary>How two passes correspond.</summary>
/// <param name="Pass">The first.</param>
/// <param name="Other">The second; the same within one pass.</param>
/// <param name="Numbers">The pair in numbers.</param>
public sealed record PassCorrespondence(string Pass, string Other, Correspondence Numbers)
{
    /// <summary>The layers whose channels were compared with each other; null where those of all layers were.</summary>
    public IReadOnlyList<string>? Layers { get; init; }
}
