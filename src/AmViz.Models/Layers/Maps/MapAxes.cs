using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>Maps with their channels first, as layers hand them on, or last, as layer-norm and linear maps want them; memory is channels-last either way.</summary>
internal static class MapAxes
{
    /// <summary><c>[N, C, H, W]</c> to <c>[N, H, W, C]</c>.</summary>
    public static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1);

    /// <summary><c>[N, H, W, C]</c> to <c>[N, C, H, W]</c>.</summary>
    public static Tensor ChannelsFirst(Tensor x) => x.permute(0, 3, 1, 2);

    /// <summary>A linear map of every position, one output for each picture.</summary>
    /// <param name="x"><c>[N, H, W, in]</c>.</param>
    /// <param name="map">Weight <c>[out, in]</c> and bias <c>[out]</c>.</param>
    /// <param name="channels"><c>[N]</c>.</param>
    /// <returns><c>[N, H, W]</c>.</returns>
    public static Tensor LinearChannels(Tensor x, LinearMap map, Tensor channels)
    {
        var product = bmm(x.flatten(1, 2), map.Weight.index_select(0, channels).unsqueeze(2)).view(x.shape[0], x.shape[1], x.shape[2]);
        return map.Bias is null ? product : product.add(map.Bias.index_select(0, channels).view(-1, 1, 1), HeldScalars.One);
    }
}
