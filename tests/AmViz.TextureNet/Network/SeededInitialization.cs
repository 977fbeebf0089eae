using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Network;

/// <summary>Initial weights from a generator of their own.</summary>
internal static class SeededInitialization
{
    /// <summary>
    /// Convolutions become normal with variance 2 / fan-in, which keeps the variance of activations through rectifiers
    /// (He et al. 2015, arXiv 1502.01852, equation 10); the bias of the classifier becomes 0. Batch-norm stays at identity.
    /// </summary>
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
        }
    }

    // [out, in / groups, height, width]
    private static long FanIn(long[] shape) => shape[1] * shape[2] * shape[3];
}
