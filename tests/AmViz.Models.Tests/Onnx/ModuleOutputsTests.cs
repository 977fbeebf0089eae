using AmViz.Onnx;

namespace AmViz.Models.Tests.Onnx;

public sealed class ModuleOutputsTests
{
    [Fact]
    public void AModuleGivesWhatTheLastNodeInsideOfItMakesThoughThatIsOfAnotherModule()
    {
        var found = Find(["sum", "clipped"], Node("/layer1/layer1.0/conv2/Conv", "Conv", "conv"), Node("/layer1/layer1.0/Add", "Add", "sum"), Node("/layer1/layer1.0/relu_1/Relu", "Relu", "clipped"));
        Assert.Equal(["layer1", "layer1.0", "layer1.0.relu_1"], found.Keys.Order(StringComparer.Ordinal));
        Assert.All(found.Values, value => Assert.Equal("clipped", value));
    }

    [Fact]
    public void WhatOnlyMovesAxesIsFoundAtWhatItMoves()
        => Assert.Equal("normed", Find(["normed"], Node("/norm/LayerNormalization", "LayerNormalization", "normed"), Node("/norm/Transpose", "Transpose", "turned", "normed"))["norm"]);

    [Fact]
    public void AModuleWhoseEndIsNoLayerIsNotOneOfItsOtherValues()
        => Assert.DoesNotContain("attn", Find(["mixed"], Node("/attn/MatMul", "MatMul", "mixed"), Node("/attn/Softmax", "Softmax", "weights", "mixed")).Keys);

    private static IReadOnlyDictionary<string, string> Find(string[] shown, params OnnxNode[] nodes) => ModuleOutputs.Find(nodes, shown.Contains, _ => true);

    private static OnnxNode Node(string name, string operation, string made, params string[] read) => new(name, operation, 1, read, [made], OnnxAttributes.None);
}
