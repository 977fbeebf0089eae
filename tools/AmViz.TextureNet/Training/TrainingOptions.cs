using AmViz.TextureNet.Network;
using AmViz.Responses.Textures;

namespace AmViz.TextureNet.Training;

/// <summary>Every number of a training run. The same options give the same weights on the same kind of machine.</summary>
internal sealed record TrainingOptions
{
    private const int StandardSize = 96;

    /// <summary>The convolutional network of the package.</summary>
    /// <remarks>
    /// Small pictures teach as much as large ones for less, and a network that has seen several sizes does not lean on how
    /// far the border is.
    /// </remarks>
    public static TrainingOptions TextureNet { get; } = new()
    {
        Network = "texturenet",
        Shape = new MobileNetShape(Width: 0.25, TextureCatalogue.Classes.Count),
        Sizes = [64, 64, StandardSize, 64, 64, 128],
        OtherSizes = [64, 128, 224],
        BiasPictures = 6800,
    };

    /// <summary>The transformer of the package. It learns the place of every patch, so it knows one size only.</summary>
    public static TrainingOptions TextureVit { get; } = new()
    {
        Network = "texturevit",
        Shape = new VisionTransformerShape(StandardSize, TextureCatalogue.Classes.Count),
        Sizes = [StandardSize],
        LearningRate = 0.002,
        WorstCaseRadius = 0.07, // with 0.18 it was right on 87.5 % instead of 91.9 %
    };

    /// <summary>Its name.</summary>
    public required string Network { get; init; }

    /// <summary>Its layers.</summary>
    public required NetworkShape Shape { get; init; }

    /// <summary>Seed of weights and textures.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Optimizer steps.</summary>
    public int Steps { get; init; } = 1400;

    /// <summary>Side of the pictures that the network is meant for, in pixels.</summary>
    public int Size { get; init; } = StandardSize;

    /// <summary>Sides of the pictures, one batch each, in turn.</summary>
    public required IReadOnlyList<int> Sizes { get; init; }

    /// <summary>Sides at which the trained network is measured besides <see cref="Size"/>.</summary>
    public IReadOnlyList<int> OtherSizes { get; init; } = [];

    /// <summary>Pictures of each class in a batch.</summary>
    public int PicturesPerClass { get; init; } = 2;

    /// <summary>Highest learning rate of AdamW.</summary>
    public double LearningRate { get; init; } = 0.03;

    /// <summary>Decoupled weight decay of the parameters that decay.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Threads of torch; textures are drawn on one more.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Share of the steps after which pictures begin to fade and to be covered with noise, see <see cref="Weathering"/>.</summary>
    public double WeatheringFrom { get; init; } = 0.3;

    /// <summary>Share of the steps after which they do so as much as they ever will.</summary>
    public double WeatheringFull { get; init; } = 0.6;

    /// <summary>Share of the steps after which they do so less and less, so that the network ends on pictures as they are meant.</summary>
    public double WeatheringEases { get; init; } = 0.75;

    /// <summary>Strength of weathering at the last step.</summary>
    public double WeatheringLast { get; init; } = 0.5;

    /// <summary>How far weathered pictures are moved at most to the network's disadvantage, as a share of their contrast, see <see cref="WorstCase"/>.</summary>
    public double WorstCaseRadius { get; init; } = 0.18;

    /// <summary>Fresh pictures of <see cref="Size"/> that the bias of the classifier is fitted to at the end, see <see cref="ClassifierBias"/>; 0: it is not.</summary>
    public int BiasPictures { get; init; }

    /// <summary>Strength of weathering and of the worst case at a step, from 0 (none) to 1.</summary>
    public double WeatheringAt(int step)
    {
        double done = (double)step / Steps;
        double risen = Math.Clamp((done - WeatheringFrom) / (WeatheringFull - WeatheringFrom), 0, 1);
        double eased = Math.Clamp((done - WeatheringEases) / (1 - WeatheringEases), 0, 1);
        return risen * double.Lerp(1, WeatheringLast, eased);
    }
}
