using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>What is taken from the objective for pictures that are rough or loud.</summary>
internal sealed class Regularizers : IDisposable
{
    private readonly Scalar _totalVariation;
    private readonly Scalar _l1;
    private readonly Scalar _l2;
    private readonly Scalar _grey = 0.5;

    /// <summary>The penalties of <paramref name="settings"/>.</summary>
    public Regularizers(RegularizerSettings settings) => (_totalVariation, _l1, _l2) = (settings.TotalVariation, settings.L1, settings.L2);

    /// <summary>The penalty of every image, weighted.</summary>
    /// <param name="images"><c>[N, C, H, W]</c> in [0, 1], before transforms.</param>
    /// <returns><c>[N]</c>, 0 or more.</returns>
    public Tensor Of(Tensor images)
    {
        var fromGrey = images.sub(_grey);
        return TotalVariation(images).mul(_totalVariation)
            .add(fromGrey.abs().mean([1, 2, 3]).mul(_l1), HeldScalars.One)
            .add((fromGrey * fromGrey).mean([1, 2, 3]).mul(_l2), HeldScalars.One);
    }

    /// <summary>Mean absolute difference of neighbours below each other plus that of neighbours beside each other, <c>[N]</c>.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>.</param>
    public static Tensor TotalVariation(Tensor images)
        => images.diff(dim: 2).abs().mean([1, 2, 3]).add(images.diff(dim: 3).abs().mean([1, 2, 3]), HeldScalars.One);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var number in (Scalar[])[_totalVariation, _l1, _l2, _grey])
        {
            number.Dispose();
        }
    }
}
