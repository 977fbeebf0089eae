using AmViz.Responses;

namespace AmViz.Storage;

/// <summary><c>responses.json</c>: what a finished pass came to.</summary>
/// <param name="FormatVersion">Of this file and of the tables beside it.</param>
/// <param name="Pass">Id of the plan.</param>
/// <param name="Shown">What is shown of it.</param>
/// <param name="Model">Name of the network.</param>
/// <param name="WeightsDigest">SHA-256 of its weights.</param>
/// <param name="Photographs">Photographs that were shown.</param>
/// <param name="Unreadable">Photographs that could not be read; <c>photos.parquet</c> names each.</param>
/// <param name="Labels">The labels.</param>
/// <param name="Environments">What chose the last bits of the responses; several where machines of several kinds took part.</param>
/// <param name="Layers">What is there of each layer.</param>
public sealed record ResponseSummary(
    int FormatVersion, string Pass, ShownChoice Shown, string Model, string WeightsDigest, long Photographs, long Unreadable, IReadOnlyList<string> Labels,
    IReadOnlyList<string> Environments, IReadOnlyList<RespondedLayer> Layers)
{
    /// <summary>Version that is written.</summary>
    public const int CurrentFormatVersion = 1;
}

/// <summary>A layer of a finished pass.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Channels">Number of channels.</param>
/// <param name="Table">Path of its <c>responses.parquet</c> in the store; the other tables lie beside it.</param>
/// <param name="Field">Theoretical receptive field.</param>
public sealed record RespondedLayer(string Layer, int Channels, string Table, ReceptiveField Field);
