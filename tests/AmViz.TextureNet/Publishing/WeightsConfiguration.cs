using AmViz.TextureNet.Network;

namespace AmViz.TextureNet.Publishing;

/// <summary>What <c>config.json</c> says; the names are those of the file.</summary>
internal sealed record WeightsConfiguration(
    string Architecture, int Classes, string Labels, string Preprocessing, string Padding, string Activation, string Layout,
    double Width, int InputSize, string BatchNorm, string Sha256, IReadOnlyDictionary<string, string> Provenance)
{
    /// <summary>The description of a network of this program.</summary>
    public static WeightsConfiguration Of(
        MobileNetShape shape, int inputSize, string sha256, IReadOnlyDictionary<string, string> provenance) => new(
        Architecture: "mobilenet_v1",
        Classes: shape.ClassCount,
        Labels: "labels.json",
        Preprocessing: "x / 127.5 - 1 (RGB, 0..255)",
        Padding: "TensorFlow SAME: stride 2 on even sizes pads bottom and right only",
        Activation: "relu6",
        Layout: "PyTorch: OIHW, depthwise [C,1,3,3]",
        Width: shape.Width,
        InputSize: inputSize,
        BatchNorm: "separate: *_bn.{weight,bias,running_mean,running_var}, epsilon 1e-3",
        Sha256: sha256,
        Provenance: provenance);
}
