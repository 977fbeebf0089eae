using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Products of matrices, any number of them side by side.</summary>
/// <remarks>
/// TorchSharp's <c>matmul</c> is the one call here whose errors native code does not catch: shapes that do not fit, or too little memory, end the process
/// (THSTensor_matmul of TorchSharp 0.107). So products are made of <c>mm</c> and <c>bmm</c>, which is what it does itself.
/// </remarks>
internal static class MatrixProduct
{
    /// <summary>a b, with the rules of NumPy: vectors are rows on the left and columns on the right, axes before the last two are stretched to each other.</summary>
    /// <param name="call">Whose node is named if they do not fit.</param>
    /// <param name="a"><c>[..., m, k]</c> or <c>[k]</c>.</param>
    /// <param name="b"><c>[..., k, n]</c> or <c>[k]</c>.</param>
    /// <returns><c>[..., m, n]</c>, without the axes of vectors.</returns>
    public static Tensor Of(OperatorCall call, Tensor a, Tensor b)
    {
        if (a.dim() == 0 || b.dim() == 0 || a.dtype != b.dtype || a.shape[^1] != b.shape[b.dim() == 1 ? 0 : ^2])
        {
            throw call.Node.Refuse($"multiplies {a.dtype}[{string.Join(", ", a.shape)}] by {b.dtype}[{string.Join(", ", b.shape)}], which do not fit. Give pictures of another size, or export the network again.");
        }

        if (a.dim() == 1)
        {
            return Of(call, a.unsqueeze(0), b).squeeze(b.dim() == 1 ? 0 : -2);
        }

        return b.dim() == 1 ? Of(call, a, b.unsqueeze(1)).squeeze(-1) : OfMatrices(call, a, b);
    }

    private static Tensor OfMatrices(OperatorCall call, Tensor a, Tensor b)
    {
        var (rows, inner, columns) = (a.shape[^2], a.shape[^1], b.shape[^1]);
        if (b.dim() == 2)
        {
            TensorBound.Count(call, [.. a.shape[..^1], columns]);
            return a.dim() == 2 ? a.mm(b) : a.reshape(a.shape[..^1].Aggregate(1L, (product, size) => product * size), inner).mm(b).reshape([.. a.shape[..^1], columns]);
        }

        var shared = TensorBound.Broadcast(call, a.shape[..^2], b.shape[..^2]);
        TensorBound.Count(call, [.. shared, rows, columns]);
        var count = shared.Aggregate(1L, (product, size) => product * size);
        var product = a.expand([.. shared, rows, inner]).reshape(count, rows, inner).bmm(b.expand([.. shared, inner, columns]).reshape(count, inner, columns));
        return product.reshape([.. shared, rows, columns]);
    }
}
