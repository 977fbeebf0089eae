namespace AmViz.Responses;

/// <summary>By what channels are compared.</summary>
public enum NeighbourBasis
{
    /// <summary>What they respond to photographs: Pearson's correlation, see <see cref="ResponseVector"/>.</summary>
    Responses,

    /// <summary>The weights that make them of the channels of another layer: the cosine.</summary>
    Weights,

    /// <summary>What a network makes of the pictures that were drawn for them: the cosine, see <see cref="MeanDirection"/>.</summary>
    Picture,
}
