using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>What a recipe takes from the objective: regularizers of the picture, likeness of facets, distance from natural pictures.</summary>
/// <param name="recipe">With the weights.</param>
/// <param name="layer">Layer of the tasks.</param>
/// <param name="prior">Where the recipe has one.</param>
internal sealed class Penalties(RenderRecipe recipe, string layer, FeaturePrior? prior) : IDisposable
{
    private readonly Regularizers? _regularizers = recipe.Regularizers is { } weights ? new(weights) : null;
    private readonly Scalar _priorOfViews = (recipe.Prior?.Weight ?? 0) / (recipe.Transforms.Crops?.Count ?? 1);
    private readonly Diversity? _diversity = recipe.Facets is { } facets ? new(facets, facets.Layer ?? layer) : null;

    /// <summary><paramref name="goal"/> less the penalties.</summary>
    /// <param name="goal">Sum of the objectives of all images.</param>
    /// <param name="network">Runs to the layer that facets are compared by.</param>
    /// <param name="images"><c>[N, C, H, W]</c>, before transforms.</param>
    /// <param name="views"><c>[N V, C, H, W]</c>: the same after transforms, V views of each.</param>
    public Tensor SubtractFrom(Tensor goal, INetwork network, Tensor images, Tensor views)
    {
        goal = _regularizers is null ? goal : goal.sub(_regularizers.Of(images).sum());
        goal = prior is null ? goal : goal.sub(prior.Of(network, views).sum().mul(_priorOfViews));
        return _diversity is null ? goal : goal.sub(_diversity.Likeness(network, views, (int)(views.shape[0] / images.shape[0])).sum());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _priorOfViews.Dispose();
        _regularizers?.Dispose();
        _diversity?.Dispose();
    }
}
