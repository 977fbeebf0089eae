namespace AmViz.TextureNet.Training;

/// <summary>Every number of a training run. The same options give the same weights on the same kind of machine.</summary>
internal sealed record TrainingOptions
{
    /// <summary>Seed of weights and textures.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Optimizer steps.</summary>
    public int Steps { get; init; } = 1600;

    /// <summary>Width multiplier of the network.</summary>
    public double Width { get; init; } = 0.25;

    /// <summary>Middle side of the pictures in pixels.</summary>
    public int Size { get; init; } = 96;

    /// <summary>
    /// Sides of the pictures, one batch each, in turn. Small pictures teach as much as large ones for less, and a network
    /// that has seen several sizes does not lean on how far the border is.
    /// </summary>
    public IReadOnlyList<int> Sizes => [Size * 2 / 3, Size * 2 / 3, Size, Size * 2 / 3, Size * 2 / 3, Size * 4 / 3];

    /// <summary>Pictures of each class in a batch.</summary>
    public int PicturesPerClass { get; init; } = 2;

    /// <summary>Highest learning rate of AdamW.</summary>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>Learning rate of batch-norm and bias, as a share of <see cref="LearningRate"/>.</summary>
    public double PerChannelRate { get; init; } = 0.2;

    /// <summary>Decoupled weight decay of the dense convolutions; depthwise ones and batch-norm have none, lest channels die.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Share of the target spread over all classes.</summary>
    public double LabelSmoothing { get; init; } = 0.05;

    /// <summary>Threads of torch; textures are drawn on one more.</summary>
    public int Threads { get; init; } = 1;
}
