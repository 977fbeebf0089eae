using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>tau in Algorithm 1: pad, then jitter, scale and rotation in one, second jitter, cut-outs, noise; each image with its own draw from its own generator.</summary>
/// <param name="settings">Ranges; a transform whose range is empty is left out.</param>
internal sealed class TransformPipeline(TransformSettings settings)
{
    private readonly ITransform[] _transforms = [.. Chosen(settings)];

    /// <summary>Transformed views of an image a step.</summary>
    public int Views => settings.Crops?.Count ?? 1;

    /// <summary>x = tau(images), with a fresh draw.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>.</param>
    /// <param name="generators">One an image.</param>
    /// <returns><c>[N V, C, H, W]</c>: the <see cref="Views"/> of an image one after the other.</returns>
    public Tensor Apply(Tensor images, IReadOnlyList<ImageGenerator> generators)
    {
        if (Views > 1)
        {
            images = images.repeat_interleave(Views, 0);
            generators = [.. generators.SelectMany(generator => Enumerable.Repeat(generator, Views))];
        }

        foreach (var transform in _transforms)
        {
            images = transform.Apply(images, Draw(transform, generators));
        }

        return images;
    }

    /// <summary>A value of each image, for each of its views.</summary>
    /// <param name="values"><c>[N]</c>.</param>
    /// <returns><c>[N V]</c>.</returns>
    public Tensor ForViews(Tensor values) => Views == 1 ? values : values.repeat_interleave(Views);

    /// <summary>The mean over the views of an image.</summary>
    /// <param name="values"><c>[N V]</c>.</param>
    /// <returns><c>[N]</c>.</returns>
    public Tensor MeanOfViews(Tensor values) => Views == 1 ? values : values.view(-1, Views).mean([1]);

    private static float[][] Draw(ITransform transform, IReadOnlyList<ImageGenerator> generators)
    {
        var draws = new float[generators.Count][];
        for (var n = 0; n < draws.Length; n++)
        {
            draws[n] = new float[transform.DrawCount];
            if (transform.DrawCount > 0)
            {
                generators[n].Uniform(draws[n]);
            }
        }

        return draws;
    }

    private static IEnumerable<ITransform> Chosen(TransformSettings settings)
    {
        if (settings.PadPixels > 0)
        {
            yield return new Pad(settings.PadPixels);
        }

        var jitter = new Jitter(settings.JitterPixels);
        if (settings.ScaleMin != 1 || settings.ScaleMax != 1 || settings.RotationDegrees > 0)
        {
            yield return new JitterScaleAndRotate(jitter, settings.ScaleMin, settings.ScaleMax, settings.RotationDegrees);
        }
        else if (settings.JitterPixels > 0)
        {
            yield return jitter;
        }

        if (settings.SecondJitterPixels is { } pixels)
        {
            yield return new Jitter(pixels);
        }

        if (settings.Crops is { } crops)
        {
            yield return new RandomCrop(crops);
        }

        if (settings.NoiseDeviation is { } deviation)
        {
            yield return new Noise(deviation);
        }
    }
}
