using TorchSharp;

namespace AmViz.Models;

/// <summary>A layer of an ONNX model: only what is listed of it, since the graph computes it.</summary>
internal sealed class OnnxLayer : Layer
{
    private readonly OnnxTap _tap;
    private readonly Func<int, long[]?> _shape;

    /// <summary>Lists a layer.</summary>
    /// <param name="tap">Which value.</param>
    /// <param name="atInputSize">The value's shape for pictures of the size that the network was trained on.</param>
    /// <param name="shape">From the side of square pictures to the value's shape; null where the graph cannot take pictures of that size.</param>
    public OnnxLayer(OnnxTap tap, long[] atInputSize, Func<int, long[]?> shape)
        : base(tap.Name)
    {
        (_tap, _shape) = (tap, shape);
        (Kind, IsDefaultTap) = (tap.Kind, tap.IsDefault);
        (ChannelCount, var extent) = tap.Of(atInputSize);
        PrefixTokens = tap.Kind == LayerKind.Tokens ? extent.Height - Square(extent.Height) : 0;
    }

    public override int ChannelCount { get; }

    /// <summary>What is left of the tokens when as many as fill a square are taken for those of the patches.</summary>
    public override int PrefixTokens { get; }

    /// <summary>The value that it shows.</summary>
    public OnnxTap Tap => _tap;

    public override LayerExtent Extent(int size) => _shape(size) is { } shape ? _tap.Of(shape).Extent : new(0, 0);

    private static int Square(int tokens)
    {
        var side = (int)Math.Sqrt(tokens);
        return side * side;
    }

    public override torch.Tensor Compute(ForwardPass pass) => throw new NotSupportedException($"'{Name}' is computed by its graph, see {nameof(OnnxNetwork)}.");
}
