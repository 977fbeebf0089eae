using AmViz.Models;
using AmViz.Sweeps;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Algorithm 1 of "Representation Understanding via Activation Maximization" (Zhu and Cangelosi).</summary>
/// <param name="network">f, frozen; runs no further than the target layer.</param>
/// <param name="dtype">float32, or float64 to check gradients.</param>
internal sealed class ActivationMaximizer(INetwork network, ScalarType dtype = ScalarType.Float32)
{
    /// <summary>Draws the pictures of one batch together, one image a task.</summary>
    /// <param name="recipe">Every number, with its size settled.</param>
    /// <param name="tasks">Tasks of one layer.</param>
    /// <param name="progress">Told after every kept step.</param>
    /// <param name="cancellationToken">Honoured between two steps.</param>
    public IReadOnlyList<MaximizedImage> Maximize(
        RenderRecipe recipe, IReadOnlyList<ChannelTask> tasks, IProgress<BatchProgress>? progress, CancellationToken cancellationToken)
    {
        using var batch = NewDisposeScope();
        var objective = Objective.Of(recipe.Objective, tasks[0].Layer);                          // f_t^l
        var channels = tensor(tasks.Select(task => (long)task.Channel).ToArray(), device: network.Device);
        var generators = tasks.Select(task => new ImageGenerator(task)).ToArray();
        var tau = new TransformPipeline(recipe.Transforms);
        using var parameterization = Parameterize(recipe, generators);                           // z0
        var z = parameterization.Coefficients;
        using var optimizer = Optimizers.Create(recipe.Optimizer, z);
        var ascent = new AscentMonitor(objective.Kind, z, Clean(), recipe);

        for (var step = 0; step < recipe.Steps && !ascent.IsHopeless; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var x = tau.Apply(parameterization.ToImages(), generators);                          // x = tau(F^-1(z))
            var f = objective.Evaluate(network, x, channels);                                    // f_t^l(x), a number an image
            optimizer.zero_grad();
            f.sum().backward();                                                                  // grad_z f_t^l(x)
            optimizer.step();                                                                    // z <- z + eta * grad
            using (no_grad())
            {
                parameterization.Project();
            }

            if (ascent.Keeps(step))
            {
                ascent.Keep(step, f, z);
                progress?.Report(new(step + 1, recipe.Steps));
                GC.Collect(generation: 0);       // wrappers of freed tensors: too small to wake the collector, 14 MB a thousand steps
            }
        }

        using var frozen = no_grad();
        return ascent.Finish(parameterization.ToImages(), z, Clean());                           // x* = F^-1(zN)

        Tensor Clean()
        {
            using var undisturbed = no_grad();
            return objective.Evaluate(network, parameterization.ToImages(), channels);
        }
    }

    private IImageParameterization Parameterize(RenderRecipe recipe, IReadOnlyList<ImageGenerator> generators)
        => recipe.Parameterization switch
        {
            ParameterizationKind.Fourier => new FourierImage(recipe, generators, network.Device, dtype),
            ParameterizationKind.Pixel => new PixelImage(recipe, generators, network.Device, dtype),
            _ => throw new ArgumentOutOfRangeException(nameof(recipe), recipe.Parameterization, "Unknown parameterization."),
        };
}
