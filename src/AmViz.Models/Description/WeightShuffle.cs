namespace AmViz.Models;

/// <summary>Which weights of a network change places, to see how much of a picture depends on them.</summary>
/// <remarks>
/// The test of Adebayo et al. 2018, <i>Sanity Checks for Saliency Maps</i>, section 3, who draw new numbers from the weights' own distribution: here the numbers of each kernel, matrix or
/// embedding (whatever lies along two axes or more) change places among themselves, so that their distribution is exactly the old one. Offsets and normalizations stay.
/// </remarks>
/// <param name="Layer">Name of the layer whose channels are looked at.</param>
/// <param name="Reach">How far down.</param>
public sealed record WeightShuffle(string Layer, ShuffleReach Reach);

/// <summary>How far down from a layer weights are shuffled.</summary>
public enum ShuffleReach
{
    /// <summary>The weights that make the layer alone: its own, or of a layer without any (an activation, a sum) the next ones below on each way to it.</summary>
    Nearest,

    /// <summary>These and all below them, down to the pixels.</summary>
    All,
}
