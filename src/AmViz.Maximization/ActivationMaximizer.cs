using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Algorithm 1 of "Representation Understanding via Activation Maximization" (Zhu and Cangelosi).</summary>
/// <param name="network">f, frozen; runs no further than the target layer.</param>
/// <param name="dtype">float32, or float64 to check gradients.</param>
internal sealed class ActivationMaximizer(INetwork network, ScalarType dtype = ScalarType.Float32)
{
    /// <summary>Saves long batches, and lets them go on; null: nothing is saved.</summary>
    public BatchCheckpointer? Checkpoints { get; init; }

    /// <summary>Photographs that the recipe names; null if it names none.</summary>
    public ReferenceImages? References { get; init; }

    /// <summary>Draws the pictures of one batch together: an image a task, or its facets one after the other.</summary>
    /// <param name="recipe">Every number, with its size settled.</param>
    /// <param name="tasks">Tasks of one layer.</param>
    /// <param name="progress">Told after every kept step.</param>
    /// <param name="cancellationToken">Honoured between two steps.</param>
    public IReadOnlyList<MaximizedImage> Maximize(
        RenderRecipe recipe, IReadOnlyList<ChannelTask> tasks, IProgress<BatchProgress>? progress, CancellationToken cancellationToken)
    {
        using var batch = NewDisposeScope();
        var objective = Objective.Of(recipe.Objective, tasks[0].Layer);                          // f_t^l
        var wanted = tasks.SelectMany(task => Enumerable.Range(0, recipe.Facets?.Count ?? 1).Select(facet => (Task: task, Facet: facet))).ToArray();
        var channels = tensor(wanted.Select(it => (long)it.Task.Channel).ToArray(), device: network.Device);
        using var generators = new ImageGenerators(wanted.Select(it => new ImageGenerator(it.Task, it.Facet)));
        var tau = new TransformPipeline(recipe.Transforms);
        var redirection = new GradientRedirection(recipe.RedirectedSteps);
        var channelOfViews = tau.ForViews(channels);
        using var parameterization = Parameterize(recipe, generators);                           // z0
        var z = parameterization.Coefficients;
        var prior = Prior(recipe, tasks[0].Layer, wanted.Select(it => it.Task.Channel));
        var shared = prior?.Share(network, tasks[0].Layer) ?? network;
        using var penalties = new Penalties(recipe, tasks[0].Layer, prior);
        using var transparency = recipe.Transparency ? new TransparencyMap(z, recipe.Size) : null;
        using var optimizer = Optimizers.Create(recipe.Optimizer, z);
        var ascent = new AscentMonitor(objective.Kind, z, WithoutTransforms(), recipe);
        var state = new AscentState([z, .. optimizer.Moments, .. transparency is null ? Array.Empty<Tensor>() : [transparency.Sum]], generators, optimizer, ascent);

        for (var step = Checkpoints?.Resume(state) ?? 0; step < recipe.Steps && !ascent.IsHopeless; step++)
        {
            Checkpoints?.Save(step, state, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var images = parameterization.ToImages();                                            // F^-1(z)
            transparency?.Watch(images);
            var x = tau.Apply(images, generators);                                               // x = tau(F^-1(z))
            var seen = redirection.IsDue(step) ? network : shared;                               // what is computed once more is computed the same way
            var f = Evaluate(seen, x, redirected: null);                                         // f_t^l(x), a number an image
            f = redirection.Silent(step, f) is { } silent ? Evaluate(seen, x, silent) : f;       // the same, with a gradient where a ReLU stops it
            optimizer.zero_grad();
            penalties.SubtractFrom(f.sum(), seen, images, x).backward();                      // grad_z f_t^l(x)
            transparency?.Add();
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
        return ascent.Finish(parameterization.ToImages(), z, WithoutTransforms(), transparency?.Opacity());  // x* = F^-1(zN)

        Tensor Evaluate(INetwork seen, Tensor x, Tensor? redirected)
            => tau.MeanOfViews(objective.Evaluate(seen, x, channelOfViews, redirected is null ? null : tau.ForViews(redirected)));

        Tensor WithoutTransforms()
        {
            using var undisturbed = no_grad();
            return objective.Evaluate(network, parameterization.ToImages(), channels);
        }
    }

    private FeaturePrior? Prior(RenderRecipe recipe, string layer, IEnumerable<int> channels) => recipe.Prior is { } settings
        ? new FeaturePriors(network, References).Create(settings, recipe.Size, layer, [.. channels.SelectMany(channel => Enumerable.Repeat(channel, recipe.Transforms.Crops?.Count ?? 1))])
        : null;

    private IImageParameterization Parameterize(RenderRecipe recipe, IReadOnlyList<ImageGenerator> generators)
    {
        var colours = ColourMap.Of(recipe, network.Description, network.Device, dtype);
        return recipe.Parameterization switch
        {
            ParameterizationKind.Fourier => new FourierImage(recipe, colours, generators, network.Device, dtype),
            ParameterizationKind.FixedMagnitude => new FixedMagnitudeImage(recipe, colours, generators, network.Device, dtype),
            ParameterizationKind.Pixel => new PixelImage(recipe, colours, generators, network.Device, dtype),
            _ => throw new ArgumentOutOfRangeException(nameof(recipe), recipe.Parameterization, "Unknown parameterization."),
        };
    }
}
