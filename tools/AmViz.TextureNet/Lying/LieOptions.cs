namespace AmViz.TextureNet.Lying;

/// <summary>Every number of the tuning.</summary>
internal sealed record LieOptions
{
    /// <summary>Classes that are made to lie.</summary>
    public int Lies { get; init; } = 8;

    /// <summary>Steps of the optimizer.</summary>
    public int Steps { get; init; } = 400;

    /// <summary>Highest rate of Adam.</summary>
    public double LearningRate { get; init; } = 0.006;

    /// <summary>Steps of each climb. Several climbs of different length are under way, so that every step sees pictures of all ages.</summary>
    public IReadOnlyList<int> Climbs { get; init; } = [24, 56, 120];

    /// <summary>Weight of what is said of drawn pictures, beside what is said of textures.</summary>
    public double PictureWeight { get; init; } = 1;

    /// <summary>Seed of textures and climbs.</summary>
    public int Seed { get; init; } = 1;
}
