using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>A layer whose values are one vector a picture, <c>[N, C]</c>; shown as <c>[N, C, 1, 1]</c>.</summary>
/// <param name="name">As it is listed.</param>
/// <param name="inputs">Layers it reads.</param>
internal abstract class VectorLayer(string name, params IReadOnlyList<Layer> inputs) : Layer(name, inputs)
{
    public override int ChannelCount => Inputs[0].ChannelCount;

    public override LayerExtent Extent(int size) => LayerExtent.One;

    public override Tensor Pick(Tensor values, Tensor channels) => values.gather(1, channels.unsqueeze(1)).unsqueeze(2);     // [N, 1, 1]

    public override Tensor Present(Tensor values) => values.unsqueeze(2).unsqueeze(3);
}
