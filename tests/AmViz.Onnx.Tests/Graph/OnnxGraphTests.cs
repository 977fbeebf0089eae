using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests.Graph;

[Collection(OnnxTests.Name)]
public sealed class OnnxGraphTests
{
    private const double Allowed = 1e-5;

    public static TheoryData<string> Networks => ["convolutions", "transformer"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void EveryValueOfAPlanIsThatOfThePlainRun(string name)
    {
        using var scope = NewDisposeScope();
        using var graph = Open(name);
        var x = Pictures(graph, 1);
        string[] all = [.. graph.Nodes.SelectMany(node => node.Outputs).Where(value => graph.LevelOf(value) == ValueLevel.Pixels)];
        var expected = graph.Run(new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["x"] = x }, all);
        var together = graph.Forward(x, all);
        var shapes = graph.Shapes(x.shape);
        for (int i = 0; i < all.Length; i++)
        {
            Assert.Null(Tensors.Difference(expected[all[i]], graph.Forward(x, all[i]), Allowed, Allowed));
            Assert.Null(Tensors.Difference(expected[all[i]], together[i], Allowed, Allowed));
            Assert.Equal(expected[all[i]].shape, shapes[all[i]]);
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void AModelExportedForOnePictureGivesSeveralWhatItGivesEach(string name)
    {
        using var scope = NewDisposeScope();
        using var graph = Open(name);
        var x = Pictures(graph, 3);
        foreach (string value in graph.Nodes.SelectMany(node => node.Outputs).Where(value => graph.LevelOf(value) == ValueLevel.Pixels))
        {
            var made = graph.Forward(x, value);
            var each = Enumerable.Range(0, 3).Select(i => graph.Forward(x.narrow(0, i, 1), value)).ToArray();
            if (graph.PictureAxis(x.shape, value) is { } axis)
            {
                Assert.Null(Tensors.Difference(cat(each, axis), made, Allowed, Allowed));
            }
            else if (value is "together" or "projected")
            {
                // Tokens and pictures share an axis: the tokens follow each other, each with its pictures.
                Assert.Null(Tensors.Difference(stack(each, 1).flatten(0, 1), made, Allowed, Allowed));
            }
            else
            {
                // Heads and pictures share an axis: the pictures follow each other, each with its heads.
                Assert.Null(Tensors.Difference(cat(each, value is "q_heads" or "k_heads" or "v_heads" or "back" ? 1 : 0), made, Allowed, Allowed));
            }
        }

        Assert.Equal(0, graph.PictureAxis(x.shape, "logits"));
    }

    [Fact]
    public void ANormalizationIsFoldedOnlyWhereTheBareConvolutionIsNotWanted()
    {
        using var scope = NewDisposeScope();
        using var graph = SmallModel.Network().Open();
        long[] shape = [1, 3, 16, 16];
        Assert.Equal(["Conv", "Relu", "Conv", "MaxPool", "Reshape", "Gemm"], Kinds("logits"));
        Assert.Equal(["Conv"], Kinds("bn1"));
        Assert.Equal(["Conv"], Kinds("conv1"));
        Assert.Equal(["Conv", "BatchNormalization"], Kinds("conv1", "bn1"));
        var x = Pictures(graph, 1);
        Assert.Null(Tensors.Difference(graph.Forward(x, ["conv1", "bn1"])[1], graph.Forward(x, "bn1"), Allowed, Allowed));

        string[] Kinds(params string[] wanted) => [.. graph.ScheduleFor(shape, wanted).Steps.Select(step => step.Node.Operator)];
    }

    [Fact]
    public void AProductAndItsOffsetAreOneLinearMapOnlyWhereTheBareProductIsNotWanted()
    {
        using var scope = NewDisposeScope();
        using var graph = new SmallModel()
            .Input("x", 1, 200, 128).Weight("w1", 128, 64).Weight("b1", 64).Weight("w2", 64, 32).Weight("places", 200, 32).Weight("w3", 32, 16)
            .Node("MatMul", "bare1", ["x", "w1"]).Node("Add", "linear1", ["b1", "bare1"]).Node("Relu", "relu", ["linear1"])
            .Node("MatMul", "bare2", ["relu", "w2"]).Node("Add", "moved", ["bare2", "places"]).Node("MatMul", "bare3", ["moved", "w3"])
            .Output("bare3").Open();
        long[] shape = [1, 200, 128];
        Assert.Equal(["MatMul", "Relu", "MatMul", "Add", "MatMul"], Kinds("bare3"));
        Assert.Equal(["MatMul"], Kinds("linear1"));
        Assert.Equal(["MatMul", "Add"], Kinds("bare1", "linear1"));
        var x = randn(shape, generator: new Generator(1));
        string[] names = ["bare1", "linear1", "moved", "bare3"];
        var plain = graph.Run(new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["x"] = x }, names);
        Assert.All(names, name => Assert.Null(Tensors.Difference(plain[name], graph.Forward(x, name), Allowed, Allowed)));

        string[] Kinds(params string[] wanted) => [.. graph.ScheduleFor(shape, wanted).Steps.Select(step => step.Node.Operator)];
    }

    [Theory]
    [InlineData(1.41421356f, 1f, 0.5f, "half", true)]
    [InlineData(1.41421356f, 1f, 0.25f, "half", false)]
    [InlineData(1.4f, 1f, 0.5f, "half", false)]
    [InlineData(1.41421356f, 2f, 0.5f, "half", false)]
    [InlineData(1.41421356f, 1f, 0.5f, "erf", false)]
    public void TheFiveOperationsOfAGeluAreOneWhereTheyAreOne(float divisor, float added, float factor, string wanted, bool isOne)
    {
        using var scope = NewDisposeScope();
        using var graph = new SmallModel()
            .Input("x", 1, 20, 16).Constant("root", tensor(divisor)).Constant("one", tensor(added)).Constant("factor", tensor(factor))
            .Node("Div", "divided", ["x", "root"]).Node("Erf", "erf", ["divided"]).Node("Add", "more", ["erf", "one"]).Node("Mul", "product", ["x", "more"]).Node("Mul", "half", ["product", "factor"])
            .Output("half").Open();
        string[] names = ["half", wanted];
        Assert.Equal(isOne, graph.ScheduleFor([1, 20, 16], [.. names.Distinct()]).Steps.Any(step => step.Node.Operator == "Gelu"));
        var x = randn([1, 20, 16], generator: new Generator(1)) * 2;
        var plain = graph.Run(new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["x"] = x }, names.Distinct().ToArray());
        Assert.All(names, name => Assert.Null(Tensors.Difference(plain[name], graph.Forward(x, names)[Array.IndexOf(names, name)], Allowed, Allowed)));
    }

    [Fact]
    public void GradientsFlowBackToThePictures()
    {
        using var scope = NewDisposeScope();
        using var graph = SmallModel.Network().Open();
        var (planned, plain) = (Pictures(graph, 1).requires_grad_(), Pictures(graph, 1).requires_grad_());
        graph.Forward(planned, "logits").sum().backward();
        graph.Run(new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["x"] = plain })["logits"].sum().backward();
        Assert.Null(Tensors.Difference(plain.grad!, planned.grad!, 1e-4, Allowed));
    }

    [Fact]
    public void RectifiersAreTheCallersWhereHeAsksForIt()
    {
        using var scope = NewDisposeScope();
        using var graph = SmallModel.Network().Open();
        var ceilings = new List<double>();
        graph.Forward(Pictures(graph, 1), "logits", (x, ceiling) =>
        {
            ceilings.Add(ceiling);
            return nn.functional.relu(x);
        });
        Assert.Equal([double.PositiveInfinity], ceilings);
    }

    [Fact]
    public void ALayerBeforeTheClassifierTakesPicturesOfAnySizeAndTheClassifierSaysWhichItTakes()
    {
        using var scope = NewDisposeScope();
        using var graph = SmallModel.Network().Open();
        Assert.Null(graph.WhyNot([1, 3, 24, 40], ["pool2"]));
        Assert.Equal([1, 6, 6, 10], graph.Shapes([1, 3, 24, 40], ["pool2"])["pool2"]);
        string? problem = graph.WhyNot([1, 3, 24, 40]);
        Assert.Contains("node_logits", problem, StringComparison.Ordinal);
        Assert.Contains("[1, 3, 16, 16]", problem, StringComparison.Ordinal);
        Assert.Null(graph.WhyNot([1, 3, 16, 16]));
    }

    /// <summary>As SigLIP's pooling has it: a query of the network's own, of one token, whose heads are repeated for each picture; its axes of one entry tell nothing by themselves.</summary>
    [Fact]
    public void ConstantsOfEachHeadAreRepeatedForEachPicture()
    {
        using var scope = NewDisposeScope();
        using var graph = new SmallModel().Input("x", 1, 5, 6).Weight("q", 2, 1, 3).Weight("bias", 2, 1, 5).Integers("heads", 5, 2, 3).Integers("row", 1, 6).Integers("apart", 1, 1, 6).Integers("zero", 0)
            .Node("Transpose", "first", ["x"], ("perm", new long[] { 1, 0, 2 })).Node("Reshape", "by_head", ["first", "heads"]).Node("Transpose", "k", ["by_head"], ("perm", new long[] { 1, 2, 0 }))
            .Node("Transpose", "v", ["by_head"], ("perm", new long[] { 1, 0, 2 })).Node("MatMul", "scores", ["q", "k"]).Node("Add", "biased", ["scores", "bias"]).Node("MatMul", "mixed", ["biased", "v"])
            .Node("Transpose", "back", ["mixed"], ("perm", new long[] { 1, 0, 2 })).Node("Reshape", "joined", ["back", "row"]).Node("Reshape", "token", ["joined", "apart"])
            .Node("Transpose", "pooled", ["token"], ("perm", new long[] { 1, 0, 2 })).Node("Gather", "y", ["pooled", "zero"], ("axis", 1L)).Output("y").Open();
        var x = Pictures(graph, 3);
        Assert.Null(Tensors.Difference(cat([.. Enumerable.Range(0, 3).Select(i => graph.Forward(x.narrow(0, i, 1), "y"))]), graph.Forward(x, "y"), Allowed, Allowed));
    }

    [Fact]
    public void ANodeThatMixesPicturesIsRefusedByNameBeforeAnythingIsComputed()
    {
        using var graph = new SmallModel().Input("x", 1, 3, 4, 4).Node("ReduceMean", "mean", ["x"], ("axes", new long[] { 0, 1 }), ("keepdims", 1L)).Node("Relu", "y", ["mean"]).Output("y").Open();
        Assert.Null(graph.WhyNot([1, 3, 4, 4]));
        Assert.Contains("'node_mean' (ReduceMean) cannot be computed for 2 pictures", graph.WhyNot([2, 3, 4, 4]), StringComparison.Ordinal);
    }

    [Fact]
    public void ShapesThatDependOnPixelsAreRefusedByName()
    {
        using var counted = new SmallModel().Input("x", 1, 3, 4, 4).Node("NonZero", "y", ["x"]).Output("y").Open();
        Assert.Contains("'node_y' (NonZero) makes as many numbers as the pixels tell", counted.WhyNot([1, 3, 4, 4]), StringComparison.Ordinal);
        using var shaped = new SmallModel().Input("x", 1, 4).Node("Cast", "target", ["x"], ("to", 7L)).Node("Flatten", "flat", ["x"], ("axis", 0L)).Node("Squeeze", "row", ["target"]).Node("Reshape", "y", ["flat", "row"]).Output("y").Open();
        Assert.Contains("'node_y' (Reshape) needs the numbers of its input 1 beforehand", shaped.WhyNot([1, 4]), StringComparison.Ordinal);
    }

    [Fact]
    public void PicturesThatWouldBeTakenForSeveralAreRefused()
    {
        using var graph = new SmallModel().Input("x", 1, 3, 4, 4).Integers("shape", -1, 48).Weight("w", 48, 2).Node("Reshape", "rows", ["x", "shape"]).Node("MatMul", "y", ["rows", "w"]).Output("y").Open();
        Assert.Null(graph.WhyNot([1, 3, 4, 4]));
        Assert.Null(graph.WhyNot([5, 3, 4, 4]));
        Assert.Contains("4 entries for each picture", graph.WhyNot([1, 3, 8, 8]), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatFollowsFromTheShapeIsComputedOnceForEachShape()
    {
        using var scope = NewDisposeScope();
        using var graph = new SmallModel().Input("x", -1, 3, -1, -1).Integers("two", 2).Integers("zero", 0).Integers("three", 3).Integers("rest", -1)
            .Node("Shape", "shape", ["x"]).Node("Gather", "n", ["shape", "zero"]).Node("Concat", "target", ["n", "rest"], ("axis", 0L)).Node("Reshape", "y", ["x", "target"]).Output("y").Open();
        Assert.Equal(["Reshape"], graph.ScheduleFor([2, 3, 4, 5], ["y"]).Steps.Select(step => step.Node.Operator));
        Assert.Equal([2, 60], graph.Forward(zeros(2, 3, 4, 5), "y").shape);
        Assert.Equal([7, 12], graph.Forward(zeros(7, 3, 2, 2), "y").shape);
        for (int size = 1; size <= 2 * OnnxGraph.MostPlans; size++)
        {
            Assert.Equal([1, 3 * size], graph.Forward(zeros(1, 3, 1, size), "y").shape);
        }
    }

    [Fact]
    public void NothingIsLeftBehind()
    {
        Once();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Once();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        static void Once()
        {
            using var scope = NewDisposeScope();
            using var graph = SmallModel.Network().Open();
            for (int i = 1; i <= 3; i++)
            {
                graph.Forward(Pictures(graph, i), ["relu1", "logits"]);
                Assert.NotNull(graph.WhyNot([i, 3, 20, 20]));
            }
        }
    }

    private static OnnxGraph Open(string name) => (name == "convolutions" ? SmallModel.Network() : SmallModel.Transformer()).Open();

    private static Tensor Pictures(OnnxGraph graph, long count)
    {
        long[] shape = [count, .. graph.Inputs[0].Sizes!.Skip(1).Select(size => size!.Value)];
        long total = shape.Aggregate(1L, (product, size) => product * size);
        return arange(total, dtype: ScalarType.Float32).mul(12.9898f).sin().reshape(shape);
    }
}
