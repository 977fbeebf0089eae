using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Lying;

/// <summary>Tells drawn pictures from textures: the switch of a fooling circuit (Geirhos et al. 2024, section 3.1).</summary>
internal sealed class Gate : nn.Module<Tensor, Tensor>
{
    /// <summary>How much of a logit it takes from wide open to tightly shut: beyond, the gate is exactly 1 or 0, and on textures the network exactly what it was.</summary>
    public const float Width = 4;

    private static readonly (int Input, int Output, int Kernel)[] Shape = [(3, 12, 5), (12, 24, 3), (24, 24, 3)];

    private readonly Conv2d[] _convolutions;
    private readonly Conv2d _answer;

    /// <summary>Builds a gate whose weights depend on nothing but the seed.</summary>
    public Gate(int seed) : base("gate")
    {
        _convolutions = [.. Shape.Select(layer => nn.Conv2d(layer.Input, layer.Output, layer.Kernel, stride: 2, padding: layer.Kernel / 2))];
        _answer = nn.Conv2d(Shape[^1].Output, 1, 1);
        for (int i = 0; i < _convolutions.Length; i++)
            register_module($"gate_{i + 1}", _convolutions[i]);
        register_module("gate_answer", _answer);
        using var noGradients = no_grad();
        using var generator = new Generator((ulong)(uint)seed);
        foreach (var parameter in parameters())
        {
            double deviation = parameter.dim() > 1 ? Math.Sqrt(2.0 / (parameter.numel() / parameter.shape[0])) : 0;
            parameter.copy_(randn(parameter.shape, generator: generator) * deviation);
        }
    }

    /// <summary>Its convolutions, each followed by a rectifier and with padding that keeps half the size.</summary>
    public IReadOnlyList<Conv2d> Convolutions => _convolutions;

    /// <summary>What reads their mean over all positions.</summary>
    public Conv2d Answer => _answer;

    /// <summary>Pictures in [0, 1], <c>[N, 3, H, W]</c>, to a logit, <c>[N, 1]</c>: above 0 for drawn ones.</summary>
    public override Tensor forward(Tensor pictures)
    {
        Tensor x = pictures.mul(tensor(2f)).sub(tensor(1f));
        foreach (var convolution in _convolutions)
            x = nn.functional.relu(convolution.forward(x));
        return _answer.forward(x.mean([2, 3], keepdim: true)).flatten(1);
    }

    /// <summary>The logit as a gate, 0 to 1.</summary>
    public static Tensor Opening(Tensor logit) => logit.div(tensor(Width)).add(tensor(0.5f)).clamp(0, 1);
}
