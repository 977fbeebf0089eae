using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Computes an operator by differentiable tensor operations.</summary>
/// <param name="call">The node and what it reads; what is read is never changed.</param>
/// <returns>One tensor for each output of the node; null for outputs that are not computed. They belong to the caller's dispose scope.</returns>
internal delegate IReadOnlyList<Tensor?> OperatorFunction(OperatorCall call);

/// <summary>What an operator does since some opset, until the next rule of its name.</summary>
/// <param name="Operator">Such as <c>Conv</c>, of the domain <c>ai.onnx</c>.</param>
/// <param name="Since">First opset of this definition; definitions from before opset 7 that still held then count as 1.</param>
/// <param name="Run">Computes it.</param>
internal sealed record OperatorRule(string Operator, int Since, OperatorFunction Run)
{
    /// <summary>An operator of one output.</summary>
    public static OperatorRule Of(string name, int since, Func<OperatorCall, Tensor> run) => new(name, since, call => [run(call)]);
}
