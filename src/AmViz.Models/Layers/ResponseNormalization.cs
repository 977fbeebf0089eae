using AmViz.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>Each value by a power of the squares of its neighbours in other channels: local response normalization (Krizhevsky et al. 2012), x / (1 + alpha mean(x^2))^beta.</summary>
/// <param name="name">As the original framework reports it.</param>
/// <param name="input">What it reads.</param>
/// <param name="channels">How many channels are neighbours, itself in the middle; those past the first and last count as zeros.</param>
/// <param name="alpha">Of Caffe and PyTorch, whose sum over the neighbours is divided by their number.</param>
/// <param name="beta">The power.</param>
internal sealed class ResponseNormalization(string name, Layer input, int channels, double alpha, double beta) : Layer(name, input)
{
    public override int ChannelCount => input.ChannelCount;

    public override LayerExtent Extent(int size) => input.Extent(size);

    public override Tensor Compute(ForwardPass pass)
    {
        var x = pass.Value(input);                                                   // [N, C, h, w]
        var means = F.avg_pool3d(x.mul(x).unsqueeze(1), [channels, 1, 1], stride: [1, 1, 1], padding: [channels / 2, 0, 0]).squeeze(1);
        return x.mul(means.mul(HeldScalars.Of(alpha)).add(HeldScalars.One, HeldScalars.One).pow(HeldScalars.Of(-beta)));
    }
}
