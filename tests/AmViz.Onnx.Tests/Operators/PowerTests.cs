using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests.Operators;

/// <summary>A power whose exponent is one number.</summary>
[Collection(OnnxTests.Name)]
public sealed class PowerTests
{
    [Fact]
    public void AnExponentThatFollowsFromThePicturesIsReadAnewForEachOfThem()
    {
        using var scope = NewDisposeScope();
        var node = new OnnxNode("node", "Pow", 13, ["x", "exponent"], ["y"], OnnxAttributes.None);
        var remembered = new Dictionary<int, object>();
        var x = tensor(new[] { 2f, 3f });

        Assert.Equal([4f, 9f], Compute(2).data<float>().ToArray());
        Assert.Equal([8f, 27f], Compute(3).data<float>().ToArray());

        Tensor Compute(float exponent) => NodeCall.Compute(new OperatorCall(node, [x, tensor(exponent)], remembered))[0]!;
    }
}
