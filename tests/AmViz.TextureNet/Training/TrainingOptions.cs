namespace AmViz.TextureNet.Training;

/// <summary>Every number of a training run. The same options give the same weights on the same kind of machine.</summary>
internal sealed record TrainingOptions
{
    /// <summary>Seed of weights and textures.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Optimizer steps.</summary>
    public int Steps { get; init; } = 1500;

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
    public double LearningRate { get; init; } = 0.03;

    /// <summary>Decoupled weight decay of the dense convolutions; depthwise ones have none, lest channels die.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Threads of torch; textures are drawn on one more.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Share of the steps after which pictures begin to fade and to be covered with noise, see <see cref="Weathering"/>.</summary>
    public double WeatheringFrom { get; init; } = 0.3;

    /// <summary>Share of the steps after which they do so as much as they ever will.</summary>
    public double WeatheringFull { get; init; } = 0.6;

    /// <summary>Strength of weathering at a step, from 0 (none) to 1.</summary>
    public double WeatheringAt(int step)
        => Math.Clamp((step - WeatheringFrom * Steps) / ((WeatheringFull - WeatheringFrom) * Steps), 0, 1);
}
