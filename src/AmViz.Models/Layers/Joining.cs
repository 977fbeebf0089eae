using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>The sum of a shortcut and what the layers beside it made.</summary>
internal sealed class Addition(string name, Layer shortcut, Layer branch) : Layer(name, shortcut, branch)
{
    public override int ChannelCount => shortcut.ChannelCount;

    public override bool IsChannelwise => true;

    public override LayerExtent Extent(int size) => branch.Extent(size);

    public override Tensor Compute(ForwardPass pass) => pass.Value(shortcut).add(pass.Value(branch), HeldScalars.One);

    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels)
        => pass.Channels(shortcut, channels).add(pass.Channels(branch, channels), HeldScalars.One);
}

/// <summary>The channels of several branches, one after the other.</summary>
internal sealed class Concatenation(string name, params IReadOnlyList<Layer> branches) : Layer(name, branches)
{
    public override int ChannelCount => Inputs.Sum(branch => branch.ChannelCount);

    public override LayerExtent Extent(int size) => Inputs[0].Extent(size);

    public override Tensor Compute(ForwardPass pass) => cat([.. Inputs.Select(pass.Value)], 1);
}
