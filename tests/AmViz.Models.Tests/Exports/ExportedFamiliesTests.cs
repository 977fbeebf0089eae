using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models.Tests.Exports;

/// <summary>Networks of every family with random weights: PyTorch, the graph that it exports and the network of ours with the same tensors make the same of a picture.</summary>
/// <remarks>AMVIZ_FAMILIES names others than one a family, such as <c>resnet152,swin_b</c>; <c>tests/AmViz.Models.Tests/Exports</c> has what makes them.</remarks>
[Collection(TorchTests.Name)]
public sealed class ExportedFamiliesTests(FamilyExports exports, ITestOutputHelper output) : IClassFixture<FamilyExports>
{
    private const double Allowed = 1e-4;

    public static TheoryData<string> Names => [.. FamilyExports.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheGraphMakesWhatPyTorchMakes(string name)
    {
        var export = Find(name);
        using var scope = NewDisposeScope();
        var source = new NetworkSource(export.OpenOnnx());
        Assert.Equal(export.Parameters.Graph ?? source.Description.Parameters!.Total, source.Description.Parameters!.Total);
        using var network = source.Load();
        Compare(name, "ONNX", network, export, [.. export.Layers.Select(layer => layer.Onnx)]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void OurNetworkMakesWhatPyTorchMakesAndHasAsManyParameters(string name)
    {
        var export = Find(name);
        using var scope = NewDisposeScope();
        var source = new NetworkSource(export.OpenOwn());
        Assert.Null(source.Description.MissingTensor);
        Assert.DoesNotContain(source.Description.Warnings, warning => warning.Contains("not part of the network", StringComparison.Ordinal));
        Assert.Equal(new ParameterCounts(export.Parameters.Trainable, export.Parameters.Total), source.Description.Parameters);
        using var network = source.Load();
        Compare(name, "own", network, export, [.. export.Layers.Select(layer => layer.Own)]);
    }

    private FamilyExport Find(string name)
    {
        Assert.SkipUnless(exports.Missing is null, exports.Missing ?? string.Empty);
        return exports.Of(name);
    }

    private void Compare(string name, string which, INetwork network, FamilyExport export, IReadOnlyList<string> layers)
    {
        var expected = export.ReadReference();
        // Two pictures at once: the graph was exported for one.
        var pair = cat([expected["picture0"].flip(3), expected["picture0"]]);
        var errors = layers.Select((layer, place) => Error(expected[$"layer{place}"], network.Forward(pair, layer)[1..])).ToList();
        var logits = expected.TryGetValue("logits", out var scores) ? Error(scores, network.Forward(pair, NetworkDescription.Logits)[1..]) : 0;
        // In single precision a value at the kink of a ReLU may fall on the other side of it: on one picture, by the kernels of this processor, and not on all.
        var gradient = export.Channels.Select((channel, number) => Error(expected[$"gradient{number}"], GradientOf(network, layers[^1], channel, expected[$"picture{number}"]))).Min();

        output.WriteLine(FormattableString.Invariant($"{name}, {which}: logits {logits:0.0e0}, layers {string.Join(" ", errors.Select(error => FormattableString.Invariant($"{error:0.0e0}")))}, gradient {gradient:0.0e0}; {network.Description.Parameters!.Total} parameters; PyTorch's single precision: {export.SinglePrecision.Values.Max():0.0e0}"));
        Assert.InRange(errors.Append(logits).Max(), 0, Allowed);
        Assert.InRange(gradient, 0, Allowed);
    }

    private static Tensor GradientOf(INetwork network, string layer, int channel, Tensor picture)
    {
        var pixels = picture.detach().clone().requires_grad_();
        network.ForwardChannels(pixels, layer, tensor(new[] { (long)channel })).mean().backward();
        return pixels.grad!;
    }

    private static double Error(Tensor expected, Tensor made)
    {
        // The vector that a network without classes gives is a map of one position as a layer of ours, and the classes of a graph.
        Assert.Equal(expected.squeeze().shape, made.squeeze().shape);
        made = made.reshape(expected.shape);
        return (expected - made).abs().max().item<float>() / expected.abs().max().item<float>();
    }
}
