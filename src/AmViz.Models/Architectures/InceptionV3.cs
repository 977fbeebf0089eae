namespace AmViz.Models;

/// <summary>InceptionV3 (Szegedy et al. 2016), as the Keras applications or torchvision define it.</summary>
internal sealed class InceptionV3 : IArchitecture
{
    private const int Classes = 1000;
    private const int InputSize = 299;

    /// <inheritdoc/>
    public string Name => "inception_v3";

    /// <inheritdoc/>
    public string Title => "InceptionV3 (Szegedy et al. 2016; Keras applications, torchvision)";

    /// <inheritdoc/>
    public NameMap Names { get; } = new([.. KerasNames.Rules, .. InceptionV3Names.Rules]) { Numbered = ["conv2d", "batch_normalization"] };

    /// <inheritdoc/>
    public IReadOnlyList<PublishedNetwork> Published { get; } = [new("inception_v3", InputSize, new InceptionV3Blueprint(Classes, Definition.Keras))];

    /// <inheritdoc/>
    public IBlueprint Read(ConfigFields fields, int classes, int inputSize)
    {
        var (folded, formIsTold) = BatchNormText.ReadForm(fields, InceptionV3Builder.Epsilon);
        return new InceptionV3Blueprint(classes, Definitions.Read(fields)) { Folded = folded, FormIsTold = formIsTold };
    }
}

/// <summary>An InceptionV3 with every number settled.</summary>
/// <param name="Classes">Number of logits.</param>
/// <param name="Definition">
/// Keras' batch-norm has no learned factor and its mean pooling leaves the padding out; torchvision's has one, and counts the zeros.
/// </param>
/// <remarks>
/// Names are those of Keras, which numbers convolutions in the order in which its source makes them: <c>conv2d</c>,
/// <c>conv2d_1</c> ... <c>conv2d_93</c>, with <c>batch_normalization_N</c> and <c>activation_N</c> after each. A number in
/// Keras is one of a session, so it may be larger there.
/// </remarks>
internal sealed record InceptionV3Blueprint(int Classes, Definition Definition) : IBlueprint
{
    /// <summary>Whether the weights come with batch-norm folded in.</summary>
    public bool Folded { get; init; }

    /// <summary>Whether the configuration tells how the weights hold batch-norm.</summary>
    public bool FormIsTold { get; init; }

    /// <inheritdoc/>
    public IBlueprint? FoldedForm => Folded || FormIsTold ? null : this with { Folded = true };

    /// <inheritdoc/>
    public LayerGraph Build(Preprocessing preprocessing) => new InceptionV3Builder(Definition, Folded).Build(preprocessing, Classes);

    /// <inheritdoc/>
    public ParameterCounts CountParameters(Preprocessing preprocessing) => (this with { Folded = false }).Build(preprocessing).Parameters;
}
