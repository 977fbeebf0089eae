namespace AmViz.Models;

/// <summary>Any other network, as an ONNX graph that its exporter wrote.</summary>
internal sealed class OnnxModelArchitecture : IArchitecture
{
    /// <inheritdoc/>
    public string Name => OnnxBlueprint.Architecture;

    /// <inheritdoc/>
    public string Title => "Any network that an exporter saved as a graph (ONNX, opsets 7 to 23)";

    /// <inheritdoc/>
    public bool MayLackClasses => true;

    /// <inheritdoc/>
    public NameMap Names { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyList<PublishedNetwork> Published => [];

    /// <summary>A blueprint without its graph, which the weights file brings, see <see cref="OnnxBlueprint.Of"/>.</summary>
    public IBlueprint Read(ConfigFields fields, int classes, int inputSize) => new OnnxBlueprint(Graph: null, [], inputSize, SizeStep: 1);
}
