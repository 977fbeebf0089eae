namespace AmViz.Models;

/// <summary>Tells by the tensors of a file whether batch-norm is folded into the convolutions.</summary>
internal static class BatchNormFolding
{
    /// <summary>The network in the form in which the file has it; where the configuration tells the form, it stays.</summary>
    /// <param name="blueprint">With batch-norm separate, unless the configuration tells otherwise.</param>
    /// <param name="preprocessing">What is done to pixels first.</param>
    /// <param name="tensors">What the file has, by our names.</param>
    public static IBlueprint Settle(IBlueprint blueprint, Preprocessing preprocessing, IReadOnlyDictionary<string, TensorEntry> tensors) =>
        blueprint.FoldedForm is { } folded && IsFolded(blueprint.Build(preprocessing), tensors) ? folded : blueprint;

    // No tensor of any batch-norm behind a convolution is there, and every such convolution that is there has a bias, which it has not by itself.
    private static bool IsFolded(LayerGraph separate, IReadOnlyDictionary<string, TensorEntry> tensors)
    {
        var norms = separate.Layers.OfType<BatchNormalization>().Where(norm => norm.Folds is { HasBias: false }).ToList();
        var there = norms.Select(norm => norm.Folds!).Where(convolution => tensors.ContainsKey(convolution.WeightName)).ToList();
        return there.Count > 0 && there.All(convolution => tensors.ContainsKey(convolution.BiasName))
            && !norms.SelectMany(norm => norm.Tensors).Any(tensor => tensors.ContainsKey(tensor.Name));
    }
}
