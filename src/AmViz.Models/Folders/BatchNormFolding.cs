using AmViz.Weights;

namespace AmViz.Models;

/// <summary>Tells by the tensors of a file whether batch-norm is folded into the convolutions.</summary>
internal static class BatchNormFolding
{
    /// <summary>The network in the form in which the file has it; where the configuration tells the form, it stays.</summary>
    /// <param name="blueprint">With batch-norm separate, unless the configuration tells otherwise.</param>
    /// <param name="preprocessing">What is done to pixels first.</param>
    /// <param name="tensors">What the file has, by our names.</param>
    public static IBlueprint Settle(IBlueprint blueprint, Preprocessing preprocessing, IReadOnlyDictionary<string, TensorEntry> tensors)
        => blueprint.FoldedForm is { } folded && IsFolded(blueprint.Build(preprocessing), tensors) ? folded : blueprint;

    /// <summary>The form to look for in a file before it is known under which names: folded where nothing is called as the statistics of a batch-norm are.</summary>
    /// <param name="blueprint">With batch-norm separate, unless the configuration tells otherwise.</param>
    /// <param name="names">Of the tensors, as in the file.</param>
    public static IBlueprint LikelyForm(IBlueprint blueprint, IEnumerable<string> names)
        => blueprint.FoldedForm is { } folded && !names.Any(name => name.Contains("running_var", StringComparison.Ordinal) || name.Contains("moving_variance", StringComparison.Ordinal))
            ? folded
            : blueprint;

    // No tensor of any batch-norm behind a convolution is there, and every such convolution that is there has a bias, which it has not by itself.
    private static bool IsFolded(LayerGraph separate, IReadOnlyDictionary<string, TensorEntry> tensors)
    {
        var norms = separate.Layers.OfType<BatchNormalization>().Where(norm => norm.Folds is { HasBias: false }).ToList();
        var there = norms.Select(norm => norm.Folds!).Where(convolution => tensors.ContainsKey(convolution.WeightName)).ToList();
        return there.Count > 0 && there.All(convolution => tensors.ContainsKey(convolution.BiasName))
            && !norms.SelectMany(norm => norm.Tensors).Any(tensor => tensors.ContainsKey(tensor.Name));
    }
}
