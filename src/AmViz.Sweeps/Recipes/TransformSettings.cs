namespace AmViz.Sweeps;

/// <summary>Ranges of the stochastic robustness transforms (tau in Algorithm 1). Every image draws its own at every step.</summary>
[GenerateSerializer, Immutable, Alias("amviz.TransformSettings")]
public sealed record TransformSettings
{
    /// <summary>No transform at all.</summary>
    public static TransformSettings None { get; } = new();

    /// <summary>Jitter: a shift drawn uniformly from -n to n whole pixels on each axis. 0 switches it off.</summary>
    [Id(0)]
    [Bounds(0, RenderRecipe.MaxSize)]
    public int JitterPixels { get; init; }

    /// <summary>Smallest zoom factor. Drawn uniformly up to <see cref="ScaleMax"/>; 1 and 1 switch it off.</summary>
    [Id(1)]
    [Bounds(0.05, 20)]
    public double ScaleMin { get; init; } = 1;

    /// <summary>Largest zoom factor, not below <see cref="ScaleMin"/>.</summary>
    [Id(2)]
    [Bounds(0.05, 20)]
    public double ScaleMax { get; init; } = 1;

    /// <summary>Rotation drawn uniformly from -n to n degrees about the centre. 0 switches it off.</summary>
    [Id(3)]
    [Bounds(0, 180)]
    public double RotationDegrees { get; init; }

    /// <summary>Mid-grey border, in pixels, put around the image before the other transforms, so that its edges are seen in context. 0 switches it off.</summary>
    [Id(4)]
    [Bounds(0, RenderRecipe.MaxSize)]
    public int PadPixels { get; init; }

    /// <summary>A second jitter after all else, which moves the picture against the network's own grid. Null switches it off.</summary>
    [Id(5)]
    [Bounds(1, RenderRecipe.MaxSize)]
    public int? SecondJitterPixels { get; init; }

    /// <summary>Random cut-outs. Null switches them off.</summary>
    [Id(6)]
    public CropSettings? Crops { get; init; }

    /// <summary>Standard deviation of normal noise added to every pixel. Null switches it off.</summary>
    [Id(7)]
    [Bounds(0, 1)]
    public double? NoiseDeviation { get; init; }
}
