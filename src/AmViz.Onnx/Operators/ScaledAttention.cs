using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Onnx;

/// <summary>Attention of queries to keys by one function of torch, which keeps no scores: they are made anew, a part at a time, for the gradient.</summary>
internal static class ScaledAttention
{
    private const double Tolerance = 1e-6;

    /// <summary>softmax(Q K' scale) V.</summary>
    /// <param name="query"><c>[..., L, E]</c>, three axes or more, as the others.</param>
    /// <param name="key"><c>[..., S, E]</c>.</param>
    /// <param name="value"><c>[..., S, F]</c>.</param>
    /// <param name="scale">Of the products.</param>
    /// <returns><c>[..., L, F]</c>.</returns>
    public static Tensor Of(Tensor query, Tensor key, Tensor value, double scale)
    {
        // TorchSharp's function takes no scale: it multiplies by 1 / sqrt(E) itself.
        var rest = scale * Math.Sqrt(query.shape[^1]);
        var scaled = Math.Abs(rest - 1) < Tolerance ? query : query.mul(HeldScalars.Of(rest));
        if (query.dim() == 4)
        {
            return F.scaled_dot_product_attention(scaled, key, value);
        }

        // It has its quick way for four axes alone.
        return F.scaled_dot_product_attention(FourAxes(scaled), FourAxes(key), FourAxes(value)).reshape([.. query.shape[..^1], value.shape[^1]]);
    }

    private static Tensor FourAxes(Tensor x) => x.dim() == 3 ? x.unsqueeze(0) : x.flatten(0, x.dim() - 4);
}
