using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests.Graph;

/// <summary>Of a value of which one channel a picture is wanted the others are not computed.</summary>
[Collection(OnnxTests.Name)]
public sealed class ChannelNarrowingTests
{
    private const double Allowed = 1e-5;

    public static TheoryData<string> Networks => ["transformer", "branches"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void AChannelIsThatOfTheWholeValueAndSoIsItsGradient(string name)
    {
        using var scope = NewDisposeScope();
        using var graph = (name == "transformer" ? SmallModel.Transformer() : Branches()).Open();
        long[] shape = [2, .. graph.Inputs[0].Sizes!.Skip(1).Select(size => size!.Value)];
        string[] values = [.. graph.Nodes.SelectMany(node => node.Outputs).Where(value => graph.LevelOf(value) == ValueLevel.Pixels && graph.PictureAxis(shape, value) == 0)];
        Assert.NotEmpty(values);
        foreach (string value in values)
        {
            int last = graph.Shapes(shape, [value])[value].Length - 1;
            RequireSame(graph, shape, value, axis: 1);
            RequireSame(graph, shape, value, last);
        }
    }

    // What a convolution reads, such as the sum, is needed whole, and its channel then picked for whom else reads it.
    [Theory]
    [InlineData("conv1", 1, "conv1")]
    [InlineData("both", 1, "both conv2 relu")]
    [InlineData("both", 2, "both relu")]
    [InlineData("sum", 1, "conv1 sum")]
    [InlineData("grouped", 1, "")]
    [InlineData("out", 2, "product")]
    [InlineData("out", 1, "")]
    public void StepsAreNarrowWhereNobodyNeedsThemWhole(string value, int axis, string narrow)
    {
        using var graph = Branches().Open();
        var steps = graph.ScheduleForChannels([2, 4, 6, 6], value, axis).Steps;
        string[] found = [.. steps.Where(step => step.Narrow is not null).Select(step => step.Node.Outputs[0])];
        string[] expected = [.. narrow.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        Assert.Equal(expected, found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NothingIsLeftBehind()
    {
        using var graph = Branches().Open();
        Once();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Once();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Once()
        {
            using var scope = NewDisposeScope();
            graph.ForwardChannels(zeros(2, 4, 6, 6), "both", 1, tensor([1L, 0L]));
            graph.ForwardChannels(zeros(2, 4, 6, 6), "out", 2, tensor([1L, 0L]));
        }
    }

    private static void RequireSame(OnnxGraph graph, long[] shape, string value, int axis)
    {
        using var scope = NewDisposeScope();
        var (one, all) = (Pictures(shape), Pictures(shape));
        var whole = graph.Forward(all, value);
        long length = whole.shape[axis];
        var channels = tensor([.. Enumerable.Range(0, (int)shape[0]).Select(i => (5L * i + 1) % length)]);
        var expected = cat([.. Enumerable.Range(0, (int)shape[0]).Select(i => whole.narrow(0, i, 1).narrow(axis, (5L * i + 1) % length, 1))]);
        var made = graph.ForwardChannels(one, value, axis, channels);
        Assert.Null(Tensors.Difference(expected.detach(), made, Allowed, Allowed));
        var gradient = randn(expected.shape, generator: new Generator(2));
        expected.backward([gradient]);
        made.backward([gradient]);
        Assert.Null(Tensors.Difference(all.grad!, one.grad!, 1e-4, Allowed));
    }

    private static Tensor Pictures(long[] shape) => randn(shape, generator: new Generator(1)).requires_grad_();

    // A residual block whose shortcut is read by the branch, convolutions with uneven borders and in groups, and a linear map of tokens.
    private static SmallModel Branches() => new SmallModel().Input("x", -1, 4, 6, 6)
        .Weight("w1", 4, 4, 2, 2).Weight("b1", 4).Weight("w2", 4, 4, 1, 1).Weight("w3", 6, 2, 3, 3).Weight("w4", 6, 5).Weight("b4", 5).Integers("tokens", 0, 6, -1)
        .Node("Conv", "conv1", ["x", "w1", "b1"], ("pads", new long[] { 1, 0, 0, 1 }))
        .Node("Add", "sum", ["conv1", "x"])
        .Node("Conv", "conv2", ["sum", "w2"])
        .Node("Relu", "relu", ["conv2"])
        .Node("Add", "both", ["relu", "sum"])
        .Node("Conv", "grouped", ["both", "w3"], ("group", 2L), ("pads", new long[] { 1, 1, 1, 1 }))
        .Node("Reshape", "columns", ["grouped", "tokens"]).Node("Transpose", "rows", ["columns"], ("perm", new long[] { 0, 2, 1 }))
        .Node("MatMul", "product", ["rows", "w4"]).Node("Add", "out", ["product", "b4"])
        .Output("out");
}
