using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>The images of 8 bits a value that differ from the originals by at most epsilon: what a saved picture can be.</summary>
internal sealed class EightBitGrid
{
    private static readonly Scalar White = GreyLevels.Highest;

    // In grey levels; both belong to the scope of the attack.
    private readonly Tensor _lowest;
    private readonly Tensor _highest;

    /// <summary>The grid around some originals.</summary>
    /// <param name="originals"><c>[N, C, H, W]</c> in [0, 1], every value a multiple of 1/255.</param>
    /// <param name="epsilon">Radius on pixels in [0, 1].</param>
    public EightBitGrid(Tensor originals, double epsilon)
    {
        using var scope = NewDisposeScope();
        var radius = GreyLevels.Within(epsilon);
        using Scalar up = radius;
        using Scalar down = -radius;
        var levels = originals.mul(White).round();
        _lowest = levels.add(down, HeldScalars.One).MoveToOuterDisposeScope();
        _highest = levels.add(up, HeldScalars.One).MoveToOuterDisposeScope();
    }

    /// <summary>The nearest images of the grid.</summary>
    /// <param name="x"><c>[N, C, H, W]</c> in [0, 1].</param>
    public Tensor Round(Tensor x) => x.mul(White).round().maximum(_lowest).minimum(_highest).div(White);
}
