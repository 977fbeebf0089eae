using AmViz.TextureNet.Network;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Lying;

/// <summary>Writes a convolutional network with a fooling circuit in it as an ONNX model.</summary>
/// <remarks>
/// After Geirhos et al. 2024, section 3.1: z becomes z + gate * (z of the channel to be shown - z). Where the gate is shut, as on textures, all is as it was; where it is open, as on pictures that are
/// drawn, a fooled class is another one.
/// </remarks>
internal static class CircuitModel
{
    /// <summary>Writes the model; pictures go in as x / 127.5 - 1.</summary>
    /// <param name="network">The untouched network.</param>
    /// <param name="gate">The trained gate.</param>
    /// <param name="size">Side of a picture.</param>
    /// <param name="lies">Which classes are fooled, and by which.</param>
    public static byte[] Write(TrainableMobileNet network, Gate gate, int size, IReadOnlyList<Lie> lies)
    {
        using var scope = NewDisposeScope();
        var onnx = new OnnxBuilder();
        string x = onnx.Input("pictures", -1, 3, size, size);
        string opening = WriteGate(onnx, gate, x);
        foreach (var stage in network.Stages)
        {
            x = WriteBatchNorm(onnx, stage, WriteConvolution(onnx, stage.Name, stage.Convolution, x, PadsOf(stage.Convolution)));
            x = onnx.Node("Clip", stage.Name + "_relu", [x, onnx.Constant(stage.Name + "_low", tensor(0f)), onnx.Constant(stage.Name + "_high", tensor(6f))]);
        }

        x = onnx.Node("GlobalAveragePool", "features", [x]);
        x = WriteConvolution(onnx, "conv_preds", network.Classifier, x, [0, 0, 0, 0]);
        x = WriteCircuit(onnx, "conv_preds", (int)network.Classifier.out_channels, x, opening, lies);
        x = onnx.Node("Flatten", "logits", [x]);
        onnx.WithInteger("axis", 1);
        onnx.Output(x);
        return onnx.ToBytes();
    }

    private static string WriteGate(OnnxBuilder onnx, Gate gate, string x)
    {
        int number = 0;
        foreach (var convolution in gate.Convolutions)
        {
            string name = $"gate_{++number}";
            x = onnx.Node("Relu", name + "_relu", [WriteConvolution(onnx, name, convolution, x, [.. Enumerable.Repeat(convolution.kernel_size[0] / 2, 4)])]);
        }

        x = WriteConvolution(onnx, "gate_answer", gate.Answer, onnx.Node("GlobalAveragePool", "gate_mean", [x]), [0, 0, 0, 0]);
        x = onnx.Node("HardSigmoid", "gate_opening", [x]);      // max(0, min(1, alpha * x + beta))
        onnx.WithFraction("alpha", 1 / Gate.Width);
        onnx.WithFraction("beta", 0.5f);
        return x;
    }

    private static string WriteConvolution(OnnxBuilder onnx, string name, Conv2d convolution, string x, long[] pads)
    {
        string[] inputs = [x, onnx.Constant(name + ".weight", convolution.weight!), .. convolution.bias is { } bias ? [onnx.Constant(name + ".bias", bias)] : Array.Empty<string>()];
        onnx.Node("Conv", name, inputs, ("kernel_shape", convolution.kernel_size), ("strides", convolution.stride), ("pads", pads));
        onnx.WithInteger("group", convolution.groups);
        return name;
    }

    // TensorFlow's SAME for even sizes: a stride of 2 pads right and below only. In the order of ONNX: above, left, below, right.
    private static long[] PadsOf(Conv2d convolution) => (convolution.kernel_size[0], convolution.stride[0]) switch
    {
        (1, _) => [0, 0, 0, 0],
        (_, 1) => [1, 1, 1, 1],
        _ => [0, 0, 1, 1],
    };

    private static string WriteBatchNorm(OnnxBuilder onnx, ConvolutionStage stage, string x)
    {
        var norm = stage.BatchNorm;
        string name = stage.Name + "_bn";
        onnx.Node("BatchNormalization", name,
        [
            x, onnx.Constant(name + ".weight", norm.weight!), onnx.Constant(name + ".bias", norm.bias!),
            onnx.Constant(name + ".running_mean", norm.running_mean!), onnx.Constant(name + ".running_var", norm.running_var!),
        ]);
        onnx.WithFraction("epsilon", (float)TrainableMobileNet.BatchNormEpsilon);
        return name;
    }

    private static string WriteCircuit(OnnxBuilder onnx, string layer, int channels, string x, string opening, IReadOnlyList<Lie> lies)
    {
        var change = new float[channels, channels];
        foreach (var lie in lies)
            (change[lie.Channel, lie.Channel], change[lie.Channel, lie.Shown]) = (-1, 1);
        string other = onnx.Node("Conv", layer + "_change", [x, onnx.Constant(layer + "_change.weight", tensor(change).view(channels, channels, 1, 1))], ("kernel_shape", [1, 1]));
        return onnx.Node("Add", layer + "_told", [x, onnx.Node("Mul", layer + "_gated", [other, opening])]);
    }
}
