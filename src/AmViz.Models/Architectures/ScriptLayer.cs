using TorchSharp;

namespace AmViz.Models;

/// <summary>A layer of a TorchScript program: only what is listed of it, since the program computes it.</summary>
internal sealed class ScriptLayer : Layer
{
    private readonly LayerExtent _atInputSize;
    private readonly int _side;

    public ScriptLayer(string name, LayerKind kind, int channels, LayerExtent extent, int inputSize, int classTokens = 0)
        : base(name)
    {
        Kind = kind;
        IsDefaultTap = true;
        ChannelCount = channels;
        PrefixTokens = classTokens;
        _atInputSize = extent;
        _side = inputSize;
    }

    public override int ChannelCount { get; }

    public override int PrefixTokens { get; }

    /// <summary>In proportion to the size, rounded up; a program may round otherwise.</summary>
    public override LayerExtent Extent(int size)
        => Kind == LayerKind.Tokens || _atInputSize == LayerExtent.One ? _atInputSize : new(Scaled(_atInputSize.Height, size), Scaled(_atInputSize.Width, size));

    public override torch.Tensor Compute(ForwardPass pass) => throw new NotSupportedException($"'{Name}' is computed by its program, see {nameof(TorchScriptNetwork)}.");

    private int Scaled(int length, int size) => (int)(((long)length * size + _side - 1) / _side);
}
