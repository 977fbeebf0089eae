using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Products of matrices and tensors.</summary>
internal static class LinearOperators
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("Det", 1, call => linalg.det(call[0])),
        OperatorRule.Of("Einsum", 1, Einsum),
        OperatorRule.Of("Gemm", 1, Gemm),
        OperatorRule.Of("MatMul", 1, call => MatrixProduct.Of(call, call[0], call[1])),
    ];

    /// <summary>alpha A' B' + beta C.</summary>
    private static Tensor Gemm(OperatorCall call)
    {
        var (a, b) = (call[0], call[1]);
        if (a.dim() != 2 || b.dim() != 2)
        {
            throw call.Node.Refuse($"multiplies tensors of shapes [{string.Join(", ", a.shape)}] and [{string.Join(", ", b.shape)}]; expected two matrices. Export the network again.");
        }

        var product = MatrixProduct.Of(call, call.Attributes.Flag("transA") ? a.t() : a, call.Attributes.Flag("transB") ? b.t() : b);
        var (alpha, beta) = (call.Attributes.Number("alpha", 1), call.Attributes.Number("beta", 1));
        if (alpha != 1)
        {
            product = product.mul(HeldScalars.Of(alpha)).to_type(a.dtype);
        }

        return call.Optional(2) is not { } c || beta == 0 ? product
            : beta == 1 ? product.add(c, HeldScalars.One)
            : product.add(c.mul(HeldScalars.Of(beta)).to_type(a.dtype), HeldScalars.One);
    }

    private static Tensor Einsum(OperatorCall call)
    {
        var tensors = Enumerable.Range(0, call.Count).Select(i => call[i]).ToArray();
        return einsum(EinsumEquation.Check(call, tensors), tensors);
    }
}
