namespace AmViz.Networks;

/// <summary>What became of fetching a network.</summary>
/// <param name="Model">Its name, by which it is found from now on.</param>
/// <param name="Folder">Where it is.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Bytes">Length of the weights.</param>
/// <param name="Sha256">Of the weights.</param>
/// <param name="CheckedAgainst">What they were compared with, or that the first use is trusted.</param>
/// <param name="Fetched">Bytes that came over the network now; 0 if everything was there.</param>
/// <param name="Resumed">Bytes that were there from an attempt before.</param>
/// <param name="Warnings">What is not as it could be.</param>
public sealed record PullReport(
    string Model, string Folder, string Source, long Bytes, string Sha256, string CheckedAgainst, long Fetched, long Resumed, IReadOnlyList<string> Warnings);
