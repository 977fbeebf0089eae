using AmViz.Weights;

namespace AmViz.Onnx;

/// <summary>One operation of a graph.</summary>
/// <param name="Name">As the exporter wrote it; where it wrote none, made of the operator and its place, such as <c>Conv_12</c>.</param>
/// <param name="Operator">Such as <c>Conv</c>.</param>
/// <param name="Version">Which of the operator's definitions holds: the newest that is not above the model's opset.</param>
/// <param name="Inputs">Names of the values that it reads; empty texts stand for optional ones that are left out.</param>
/// <param name="Outputs">Names of the values that it makes; empty texts stand for ones that nobody wants.</param>
/// <param name="Attributes">Settled when the network was exported.</param>
internal sealed record OnnxNode(string Name, string Operator, int Version, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, OnnxAttributes Attributes)
{
    /// <summary>What is wrong with this node, as an error that names it.</summary>
    /// <param name="problem">What was found, what was expected, what to do; begins in the middle of a sentence, as in <c>has the attribute ...</c>.</param>
    public WeightsFormatException Refuse(string problem) => new($"Node '{ErrorText.Shorten(Name)}' ({Operator}) {problem}");
}
