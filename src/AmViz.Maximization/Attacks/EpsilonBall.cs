using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>The images that differ from the originals by at most epsilon in every value: the L-infinity ball.</summary>
/// <param name="originals">Centres, <c>[N, C, H, W]</c>.</param>
/// <param name="epsilon">Radius.</param>
internal sealed class EpsilonBall(Tensor originals, double epsilon)
{
    // Belong to the scope of the attack.
    private readonly Tensor _lowest = Shifted(originals, -epsilon);
    private readonly Tensor _highest = Shifted(originals, epsilon);

    /// <summary>Moves every value that lies outside to the nearest one of the ball, in place.</summary>
    public void Project(Tensor x) => x.clamp_(_lowest, _highest);

    private static Tensor Shifted(Tensor images, double by)
    {
        using Scalar shift = by;
        return images.add(shift, HeldScalars.One);
    }
}
