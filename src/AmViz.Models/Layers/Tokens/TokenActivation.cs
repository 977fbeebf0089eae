using AmViz.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>An activation function of perceptrons between attentions.</summary>
internal enum TokenActivation
{
    /// <summary>x Phi(x), by the error function (Hendrycks and Gimpel 2016).</summary>
    Gelu,

    /// <summary>x sigmoid(1.702 x), as OpenAI's CLIP has it.</summary>
    QuickGelu,

    /// <summary>x Phi(x) by way of tanh, as SigLIP has it.</summary>
    TanhGelu,
}

/// <summary>Names and formulas of <see cref="TokenActivation"/>.</summary>
internal static class TokenActivations
{
    private const double QuickFactor = 1.702;
    private const double CubicFactor = 0.044715;
    private const double Half = 0.5;

    private static readonly double RootOfTwoByPi = Math.Sqrt(2 / Math.PI);

    /// <summary>Reads the field <c>activation</c>: <c>gelu</c> where it is not there.</summary>
    public static TokenActivation Read(ConfigFields fields) => fields.Choice("activation", "gelu", "quick_gelu", "gelu_tanh") switch
    {
        "quick_gelu" => TokenActivation.QuickGelu,
        "gelu_tanh" => TokenActivation.TanhGelu,
        _ => TokenActivation.Gelu,
    };

    /// <summary>The function, value by value.</summary>
    public static Tensor Apply(this TokenActivation function, Tensor x) => function switch
    {
        TokenActivation.QuickGelu => x.mul(x.mul(HeldScalars.Of(QuickFactor)).sigmoid()),
        TokenActivation.TanhGelu => ByTanh(x),
        _ => F.gelu(x),
    };

    // x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
    private static Tensor ByTanh(Tensor x)
    {
        var inner = x.add(x.mul(x).mul(x), HeldScalars.Of(CubicFactor)).mul(HeldScalars.Of(RootOfTwoByPi));
        return x.mul(HeldScalars.Of(Half)).mul(inner.tanh().add(HeldScalars.One, HeldScalars.One));
    }
}
