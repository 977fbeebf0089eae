using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>How coefficients become images: x = F^-1(z).</summary>
internal interface IImageParameterization : IDisposable
{
    /// <summary>The leaf that is optimized, z. One image along the first dimension; requires gradients.</summary>
    Parameter Coefficients { get; }

    /// <summary>The images, <c>[N, C, H, W]</c>, in [0, 1].</summary>
    Tensor ToImages();

    /// <summary>Brings the coefficients back to where they mean images, after a step. In place.</summary>
    void Project();
}
