using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Network;

/// <summary>Initial weights from a generator of their own.</summary>
internal static class SeededInitialization
{
    private const double Scale = 0.6;
    private const double Shift = 0.3;
    private const double LastScale = 0.12;
    private const double LastShift = 0.5;

    /// <summary>
    /// Convolutions become normal with variance 2 / fan-in, which keeps the variance of activations through rectifiers
    /// (He et al. 2015, arXiv 1502.01852, equation 10); the bias of the classifier becomes 0. Scale and shift of batch-norm
    /// become the constants below and stay so.
    /// </summary>
    /// <remarks>
    /// Where they are trained, each class gets features that are silent but for it: they lie below zero on a grey picture, so
    /// that no gradient leads away from it, and at the ceiling of ReLU6 on their own class, so that none leads further.
    /// A small scale around a positive shift keeps every feature alive on grey and leaves room above, most of all in the
    /// last layer, whose mean the logits are made of.
    /// </remarks>
    public static void Fill(nn.Module network, int seed)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var generator = new Generator((ulong)(uint)seed);
        foreach (var (name, parameter) in network.named_parameters())
        {
            if (parameter.dim() == 4)
                parameter.copy_(randn(parameter.shape, generator: generator) * Math.Sqrt(2.0 / FanIn(parameter.shape)));
            else if (name is "conv_preds.bias")
                parameter.zero_();
            else if (name.EndsWith("_bn.weight", StringComparison.Ordinal))
                parameter.fill_(IsLast(name) ? LastScale : Scale);
            else if (name.EndsWith("_bn.bias", StringComparison.Ordinal))
                parameter.fill_(IsLast(name) ? LastShift : Shift);
        }
    }

    private static bool IsLast(string name) => name.StartsWith("conv_pw_13_bn.", StringComparison.Ordinal);

    // [out, in / groups, height, width]
    private static long FanIn(long[] shape) => shape[1] * shape[2] * shape[3];
}
