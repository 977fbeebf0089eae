using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>The colours of natural images are correlated; optimizing along their principal axes lets no colour dominate.</summary>
internal static class ColourDecorrelation
{
    /// <summary>Square root of the covariance of ImageNet's colours, by singular value decomposition (lucid, optvis/param/color.py).</summary>
    private static readonly double[,] SquareRootOfCovariance =
    {
        { 0.26, 0.09, 0.02 },
        { 0.27, 0.00, -0.05 },
        { 0.27, -0.09, 0.03 },
    };

    /// <summary>Turns decorrelated planes into RGB: <c>[3, 3]</c>, scaled so that its longest column has length 1.</summary>
    public static Tensor Matrix(Device device, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var root = tensor(SquareRootOfCovariance);
        var longest = (root * root).sum(dim: 0).sqrt().max();     // a bare 0 would name a number type
        return (root / longest).to(dtype).to(device).MoveToOuterDisposeScope();
    }
}
