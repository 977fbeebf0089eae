using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>One channel for each picture, out of all.</summary>
internal static class ChannelPick
{
    /// <summary>Picks them.</summary>
    /// <param name="values"><c>[N, C, h, w]</c>, or <c>[N, C]</c>.</param>
    /// <param name="channels"><c>[N]</c>, int64: the channel of each picture.</param>
    /// <returns><c>[N, h, w]</c>; 1 by 1 where there are no positions.</returns>
    public static Tensor Of(Tensor values, Tensor channels)
    {
        var positions = values.dim() == 2 ? values.view(values.shape[0], values.shape[1], 1, 1) : values;
        var picked = channels.view(-1, 1, 1, 1).expand(-1, 1, positions.shape[2], positions.shape[3]);
        return positions.gather(1, picked).squeeze(1);
    }
}
