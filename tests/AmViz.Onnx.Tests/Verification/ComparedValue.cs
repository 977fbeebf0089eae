namespace AmViz.Onnx.Tests.Verification;

/// <summary>A value of a graph beside what ONNX Runtime makes of the same picture.</summary>
/// <param name="Name">The value, as the exporter called it.</param>
/// <param name="Node">The node that made it; that is how layers are called.</param>
/// <param name="Operator">What the node does.</param>
/// <param name="Shape">Sizes of its axes.</param>
/// <param name="IsOutput">Whether the model is meant to give it, as it does the logits. It was then computed by itself, as a network is run: batch-norm folded into convolutions, nothing else kept.</param>
/// <param name="Error">The largest difference, relative to the largest number that ONNX Runtime has; infinite where one of them has no number.</param>
internal sealed record ComparedValue(string Name, string Node, string Operator, IReadOnlyList<long> Shape, bool IsOutput, double Error);
