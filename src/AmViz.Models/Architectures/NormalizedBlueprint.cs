namespace AmViz.Models;

/// <summary>A network whose convolutions have batch-norm behind them, which weights may have folded in.</summary>
/// <param name="Classes">Number of logits.</param>
/// <param name="Epsilon">Added to the variances of batch-norm.</param>
internal abstract record NormalizedBlueprint(int Classes, double Epsilon) : IBlueprint
{
    /// <summary>Whether the weights come with batch-norm folded in.</summary>
    public bool Folded { get; init; }

    /// <summary>Whether the configuration tells how the weights hold batch-norm.</summary>
    public bool FormIsTold { get; init; }

    /// <inheritdoc/>
    public virtual IBlueprint? FoldedForm => Folded || FormIsTold ? null : this with { Folded = true };

    /// <summary>How a convolution and its batch-norm are appended.</summary>
    protected NormalizedConvolution Normalized => new(Folded, Epsilon);

    /// <inheritdoc/>
    public abstract LayerGraph Build(Preprocessing preprocessing);

    /// <inheritdoc/>
    public ParameterCounts CountParameters(Preprocessing preprocessing) => (this with { Folded = false }).Build(preprocessing).Parameters;

    /// <summary>Appends the mean over all positions and the classifier.</summary>
    /// <param name="graph">Where to.</param>
    /// <param name="x">The last map.</param>
    /// <param name="names">Of the classifier; the first is that of its tensors.</param>
    protected void AddClassifier(LayerGraph graph, Layer x, params IReadOnlyList<string> names)
    {
        var mean = graph.Add(new GlobalMean("avgpool", x));
        Layer logits = graph.Add(new Dense(NetworkDescription.Logits, mean, Classes, names[0]) { Kind = LayerKind.Logits, IsDefaultTap = true });
        foreach (var name in names)
        {
            graph.AddAlias(name, logits);
        }
    }
}
