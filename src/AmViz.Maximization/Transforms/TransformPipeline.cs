using AmViz.Sweeps;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>tau in Algorithm 1: pad, jitter, then scale and rotation, each image with its own draw from its own generator.</summary>
/// <param name="settings">Ranges; a transform whose range is empty is left out.</param>
internal sealed class TransformPipeline(TransformSettings settings)
{
    private readonly ITransform[] _transforms = [.. Chosen(settings)];

    /// <summary>x = tau(images), with a fresh draw.</summary>
    /// <param name="images"><c>[N, 3, H, W]</c>.</param>
    /// <param name="generators">One an image.</param>
    public Tensor Apply(Tensor images, IReadOnlyList<ImageGenerator> generators)
    {
        foreach (var transform in _transforms)
        {
            images = transform.Apply(images, Draw(transform, generators));
        }

        return images;
    }

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

        if (settings.JitterPixels > 0)
        {
            yield return new Jitter(settings.JitterPixels);
        }

        if (settings.ScaleMin != 1 || settings.ScaleMax != 1 || settings.RotationDegrees > 0)
        {
            yield return new ScaleAndRotate(settings.ScaleMin, settings.ScaleMax, settings.RotationDegrees);
        }
    }
}
