using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests.Graph;

/// <summary>What exporters write of an attention is computed as one where it is one.</summary>
[Collection(OnnxTests.Name)]
public sealed class AttentionFoldingTests
{
    private const double Allowed = 1e-4;

    private const int Tokens = 7;

    private const int Width = 6;

    /// <summary>How an attention differs from the usual one.</summary>
    public enum Form
    {
        Usual,
        Divided,
        ScaledBefore,
        Unscaled,
        OfMergedHeads,
        CopiedKeys,
        OfAnOldOpset,
        OverQueries,
        ByOneNumberEach,
        Masked,
        ReadTwice,
        OfStretchedHeads,
    }

    [Theory]
    [InlineData(Form.Usual, true)]
    [InlineData(Form.Divided, true)]
    [InlineData(Form.ScaledBefore, true)]
    [InlineData(Form.Unscaled, true)]
    [InlineData(Form.OfMergedHeads, true)]
    [InlineData(Form.CopiedKeys, true)]
    [InlineData(Form.OfAnOldOpset, true)]
    [InlineData(Form.OverQueries, false)]
    [InlineData(Form.ByOneNumberEach, false)]
    [InlineData(Form.Masked, false)]
    [InlineData(Form.ReadTwice, false)]
    [InlineData(Form.OfStretchedHeads, false)]
    public void ItIsOneOperationWhereItIsOne(Form form, bool isOne)
    {
        using var scope = NewDisposeScope();
        using var graph = Attention(form).Open();
        long[] shape = [2, Tokens, 3 * 2 * Width];
        string[] kinds = [.. graph.ScheduleFor(shape, ["y"]).Steps.Select(step => step.Node.Operator)];
        Assert.Equal(isOne, kinds.Contains("Attention"));
        Assert.NotEqual(isOne, kinds.Contains("Softmax"));
        var (planned, plain) = (Pictures(shape), Pictures(shape));
        var (made, expected) = (graph.Forward(planned, "y"), PlainRun(graph, plain));
        Assert.Null(Tensors.Difference(expected.detach(), made, Allowed, Allowed));
        var gradient = randn(expected.shape, generator: new Generator(2));
        expected.backward([gradient]);
        made.backward([gradient]);
        Assert.Null(Tensors.Difference(plain.grad!, planned.grad!, Allowed, Allowed));
    }

    [Theory]
    [InlineData("scores")]
    [InlineData("scaled")]
    [InlineData("weights")]
    public void ValuesBetweenAreThereWhereTheyAreWanted(string between)
    {
        using var scope = NewDisposeScope();
        using var graph = Attention(Form.Usual).Open();
        var x = Pictures([1, Tokens, 3 * 2 * Width]);
        Assert.DoesNotContain(graph.ScheduleFor(x.shape, [between, "y"]).Steps, step => step.Node.Operator == "Attention");
        var together = graph.Forward(x, [between, "y"]);
        Assert.Null(Tensors.Difference(graph.Forward(x, between).detach(), together[0], Allowed, Allowed));
        Assert.Null(Tensors.Difference(graph.Forward(x, "y").detach(), together[1], Allowed, Allowed));
    }

    /// <summary>As the exporter writes <c>qkv[0]</c>; entries that the pixels tell stay those of the operator.</summary>
    [Fact]
    public void AnEntryThatIsKnownIsLookedAtWhereItLies()
    {
        using var scope = NewDisposeScope();
        using var graph = new SmallModel().Input("x", -1, 4, 5).Constant("last", tensor(-1L)).Integers("two", 1, 3).Node("Gather", "one", ["x", "last"], ("axis", 1L)).Node("Gather", "y", ["x", "two"], ("axis", 1L)).Output("one", "y").Open();
        var x = randn([2, 4, 5], generator: new Generator(1));
        var plain = graph.Run(new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["x"] = x });
        Assert.Equal([true, false], graph.ScheduleFor(x.shape, ["one", "y"]).Steps.Select(step => step.Function is not null));
        Assert.Null(Tensors.Difference(plain["one"], graph.Forward(x, "one"), 0, 0));
        Assert.Null(Tensors.Difference(plain["y"], graph.Forward(x, "y"), 0, 0));
        Assert.Equal([2, 5], graph.Shapes(x.shape, ["one"])["one"]);
    }

    private static Tensor PlainRun(OnnxGraph graph, Tensor x) => graph.Run(new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["x"] = x })["y"];

    private static Tensor Pictures(long[] shape) => randn(shape, generator: new Generator(1)).requires_grad_();

    // x holds queries, keys and values of two heads side by side.
    private static SmallModel Attention(Form form)
    {
        var model = new SmallModel(form == Form.OfAnOldOpset ? 12 : 17).Input("x", -1, Tokens, 3 * 2 * Width)
            .Constant("scale", tensor(form == Form.ByOneNumberEach ? [0.5f, 0.25f, 1f, 2f, 0.1f, 0.3f, 0.7f] : (float[])[0.3f])).Constant("root", tensor(0.6f)).Weight("mask", Tokens, Tokens)
            .Integers("parts", 0, 0, 3, 2, Width).Constant("first", tensor(0L)).Constant("second", tensor(1L)).Constant("third", tensor(2L)).Integers("merged", -1, Tokens, Width)
            .Node("Reshape", "cut", ["x", "parts"]).Node("Transpose", "qkv", ["cut"], ("perm", new long[] { 2, 0, 3, 1, 4 }))
            .Node("Gather", "q4", ["qkv", "first"], ("axis", 0L)).Node("Gather", "k4", ["qkv", "second"], ("axis", 0L)).Node("Gather", "v4", ["qkv", "third"], ("axis", 0L));
        string[] sources = ["q4", "k4", "v4"];
        if (form == Form.OfMergedHeads)
        {
            foreach (string source in sources)
            {
                model.Node("Reshape", $"{source}m", [source, "merged"]);
            }

            sources = [.. sources.Select(source => $"{source}m")];
        }

        if (form == Form.OfStretchedHeads)
        {
            model.Node("ReduceMean", "shared", ["k4"], ("axes", new long[] { 1 }), ("keepdims", 1L));
            sources[1] = "shared";
        }

        long[] turned = form == Form.OfMergedHeads ? [0, 2, 1] : [0, 1, 3, 2];
        model.Node("Transpose", "kt", [sources[1]], ("perm", turned));
        string keys = form == Form.CopiedKeys ? "kc" : form == Form.ScaledBefore ? "ks" : "kt";
        string query = form == Form.ScaledBefore ? "qs" : sources[0];
        model.Node("Relu", "kc", ["kt"]).Node("Mul", "ks", ["kt", "root"]).Node("Mul", "qs", [sources[0], "root"]).Node("MatMul", "scores", [query, keys]);
        string scores = form is Form.Unscaled or Form.ScaledBefore ? "scores" : form == Form.Masked ? "masked" : "scaled";
        model.Node(form == Form.Divided ? "Div" : "Mul", "scaled", form == Form.Divided ? ["scores", "scale"] : ["scale", "scores"]).Node("Add", "masked", ["scaled", "mask"]);
        model.Node("Softmax", "weights", [scores], ("axis", form == Form.OverQueries ? -2L : form == Form.OfAnOldOpset ? 3L : -1L)).Node("MatMul", "mixed", ["weights", sources[2]]);
        if (form == Form.ReadTwice)
        {
            return model.Node("Add", "y", ["mixed", "seen"]).Node("ReduceMean", "seen", ["weights"], ("axes", new long[] { 3 }), ("keepdims", 1L)).Output("y");
        }

        return model.Node("Identity", "y", ["mixed"]).Output("y");
    }
}
