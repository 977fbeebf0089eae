namespace AmViz.Responses;

/// <summary>What the channels of a layer responded to the sampled photographs, as a finished pass keeps it.</summary>
/// <param name="Photographs">P digests, in the order of the list of the pass.</param>
/// <param name="Channels">A row of P responses for each channel; NaN where a map held a value that is no finite number.</param>
public sealed record LayerSample(IReadOnlyList<ContentDigest> Photographs, IReadOnlyList<float[]> Channels);
