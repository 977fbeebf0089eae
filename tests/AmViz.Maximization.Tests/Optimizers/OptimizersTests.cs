using AmViz.Sweeps;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests;

[Collection(TorchTests.Name)]
public sealed class OptimizersTests
{
    [Fact]
    public void GradientAscentAddsEtaTimesTheGradient()
    {
        using var z = new Parameter(tensor(new[] { 1f, -2f }));
        using var optimizer = Optimizers.Create(new() { Kind = OptimizerKind.GradientAscent, LearningRate = 0.1 }, z);

        (z * tensor(new[] { 3f, 5f })).sum().backward();
        optimizer.step();

        Assert.Equal([1.3f, -1.5f], z.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void AdamFollowsTheFormulaOfItsPaper()
    {
        var settings = new OptimizerSettings { LearningRate = 0.05 };
        using var z = new Parameter(tensor(new[] { 0.2 }));
        using var optimizer = Optimizers.Create(settings, z);
        double expected = 0.2, m = 0, v = 0;
        for (var t = 1; t <= 5; t++)
        {
            optimizer.zero_grad();
            (z * z * -0.5 + z).sum().backward();                     // gradient 1 - z
            optimizer.step();
            var g = 1 - expected;
            (m, v) = (0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g);
            expected += 0.05 * (m / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v / (1 - Math.Pow(0.999, t))) + 1e-8);
        }

        Assert.Equal(expected, z.item<double>(), 1e-12);
    }
}
