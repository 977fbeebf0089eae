using System.Globalization;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Sweeps;
using AmViz.TestKit;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests;

/// <summary>The recipe maco beside paper: what each reaches in equal steps, and whether finished pictures keep the magnitude that they were given.</summary>
[Collection(TorchTests.Name)]
public sealed class MacoAgainstFourierTests
{
    private const double LargestError = 1e-4;

    [Fact]
    public void FinishedPicturesHaveTheirMagnitudeAndALowerObjectiveThanFreeOnes()
    {
        Assert.All(Compare(NetworkCatalogue.Open("texturenet", weightsPath: null), "conv_pw_5_bn", [0, 1], size: 64, steps: 48), AssertSound);
    }

    /// <summary>The table of <c>docs/recipes/maco.md</c>; some minutes, hence only when asked for.</summary>
    [Fact(Explicit = true)]
    public void EightChannelsOfARealLayer()
    {
        var folder = SharedData.Weights("mobilenet_v1_1.0_224_qat");
        Assert.SkipWhen(SharedData.WhyMissing(folder) is not null, SharedData.WhyMissing(folder) ?? string.Empty);
        var compared = Compare(NetworkCatalogue.Open(model: null, folder), "conv_pw_6_bn", [.. Enumerable.Range(0, 8)], size: 224, steps: 128).ToArray();
        foreach (var one in compared)
        {
            TestContext.Current.SendDiagnosticMessage(one.ToString());
        }

        Assert.All(compared, AssertSound);
    }

    private static void AssertSound(ComparedChannel one)
    {
        Assert.True(one.Maco > one.Start && one.Maco < one.Fourier, one.ToString());
        Assert.InRange(one.NormError, 0, LargestError);
        Assert.InRange(one.WorstError, 0, LargestError);
        Assert.True(one.FreeNormError > 1000 * LargestError, $"{one}: the measure does not tell a free spectrum from a fixed one");
    }

    private static IEnumerable<ComparedChannel> Compare(NetworkSource source, string layer, IReadOnlyList<int> channels, int size, int steps)
    {
        using var network = source.Load();
        foreach (var channel in channels)
        {
            var task = new ChannelTask(source.Description.Name, source.Description.WeightsDigest, layer, channel, 0);
            MaximizedImage Draw(RenderRecipe recipe) => new ActivationMaximizer(network).Maximize(
                recipe with { Size = size, Steps = steps }, [task], progress: null, TestContext.Current.CancellationToken)[0];
            var (maco, free) = (Draw(Recipes.Maco), Draw(Recipes.Paper));
            var (norm, worst) = Errors(maco, size);
            yield return new(channel, maco.Objective.Initial, maco.Objective.Final, free.Objective.Final, norm, worst, Errors(free, size).Norm);
        }
    }

    /// <summary>
    /// How far the magnitude of a finished picture is from the constraint, which holds before colours are mixed and values squeezed into [0, 1]: both
    /// are undone. Relative to the constraint: of the whole spectrum by the L2 norm, and the worst of all frequencies.
    /// </summary>
    private static (double Norm, double Worst) Errors(MaximizedImage image, int size)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor x = tensor(image.Planes, [3, size, size]).to(ScalarType.Float64);
        Tensor planes = matmul(ColourDecorrelation.Matrix(CPU, ScalarType.Float64).inverse(), x.logit().flatten(1)).view(3, size, size);
        Tensor expected = NaturalMagnitude.Of(Recipes.Maco.Magnitude ?? new(), size, [0, 1, 2]) * Recipes.Maco.SpectrumGain;   // [3, H, W/2 + 1]
        Tensor error = (fft.rfft2(planes, norm: FFTNormType.Ortho).abs() - expected).abs();
        Tensor there = expected > 0;
        return ((error.norm() / expected.norm()).item<double>(), (error[there] / expected[there]).max().item<double>());
    }

    private sealed record ComparedChannel(int Channel, double Start, double Maco, double Fourier, double NormError, double WorstError, double FreeNormError)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"| {Channel} | {Start:0.00} | {Maco:0.00} | {Fourier:0.00} | {NormError:0.0E+0} | {WorstError:0.0E+0} | {FreeNormError:0.0} |");
    }
}
