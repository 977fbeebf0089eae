namespace AmViz.Responses;

/// <summary>How much of a picture is left when the weights are shuffled that it was drawn for: the same recipe and seed, drawn anew with the network's numbers in other places.</summary>
/// <remarks>
/// After Adebayo et al. 2018, <i>Sanity Checks for Saliency Maps</i>: what stays the same without the weights says nothing of them, but of the recipe and the noise that it starts from. Similarities
/// are structural (Wang et al. 2004), as theirs.
/// </remarks>
/// <param name="OfLayer">Similarity to the picture with the weights of the layer alone shuffled, -1 to 1; null where that network gave no picture.</param>
/// <param name="OfAll">Similarity to the picture with these and all weights below shuffled; null where that network gave no picture.</param>
/// <param name="OfOthers">Mean similarity to pictures that the untouched network gave of other channels: what recipe and noise alone make alike; null where there are none.</param>
/// <param name="Deviations">What the untouched channel responds to the picture of <paramref name="OfAll"/>, in deviations from its mean over photographs; null where nothing can be said.</param>
public sealed record WeightRandomization(double? OfLayer, double? OfAll, double? OfOthers, double? Deviations)
{
    /// <summary>Nothing is known.</summary>
    public static WeightRandomization None { get; } = new(null, null, null, null);
}
