using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>The mean over all positions of a map, as a vector that may be listed.</summary>
internal sealed class MapMean(string name, Layer input) : VectorLayer(name, input)
{
    public override Tensor Compute(ForwardPass pass) => pass.Value(input).mean([2L, 3L]);
}
