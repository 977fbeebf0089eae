using AmViz.Onnx.Schema;
using AmViz.TestKit;
using AmViz.Weights;
using Google.Protobuf;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests.Reading;

[Collection(OnnxTests.Name)]
public sealed class OnnxFileTests
{
    [Fact]
    public void EveryOperatorThatIsNotTakenIsNamedAtOnceWithItsCount()
    {
        var model = new SmallModel().Input("x", 1, 3).Node("NonMaxSuppression", "a", ["x"]).Node("NonMaxSuppression", "b", ["x"]).Node("Unique", "c", ["x"]).Output("c");
        var error = Assert.Throws<WeightsFormatException>(() => OnnxFile.Read(model.Bytes, "m.onnx"));
        Assert.Equal(2, error.Problems.Count);
        Assert.Contains("2 nodes of the operator NonMaxSuppression", error.Message, StringComparison.Ordinal);
        Assert.Contains("1 node of the operator Unique", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(24)]
    public void OtherOpsetsAreRefusedWithTheRange(int opset)
        => Refused(new SmallModel(opset).Input("x", 1).Node("Relu", "y", ["x"]).Output("y").Bytes, $"is of opset {opset}; expected 7 to 23");

    [Fact]
    public void NodesThatWaitForEachOtherAreRefused()
        => Refused(new SmallModel().Input("x", 1).Node("Add", "a", ["x", "b"]).Node("Relu", "b", ["a"]).Output("b").Bytes, "2 nodes wait for each other, among them 'node_a', 'node_b'");

    [Fact]
    public void NodesInAnyOrderAreSorted()
    {
        using var model = OnnxFile.Read(new SmallModel().Input("x", 1).Node("Exp", "b", ["a"]).Node("Relu", "a", ["x"]).Output("b").Bytes, "m.onnx");
        Assert.Equal(["Relu", "Exp"], model.Nodes.Select(node => node.Operator));
    }

    [Fact]
    public void ValuesThatTwoMakeOrNobodyAreRefused()
    {
        Refused(new SmallModel().Input("x", 1).Node("Relu", "y", ["x"]).Node("Exp", "y", ["x"]).Output("y").Bytes, "'y', which is made elsewhere too");
        Refused(new SmallModel().Input("x", 1).Node("Relu", "y", ["z"]).Output("y").Bytes, "reads 'z', which no node makes");
    }

    [Fact]
    public void UnnamedNodesAreCalledByOperatorAndPlace()
    {
        var model = new SmallModel().Input("x", 1).Node("Relu", "a", ["x"]).Node("Exp", "y", ["a"]).Output("y");
        model.Proto.Graph.Node[1].Name = string.Empty;
        using var read = OnnxFile.Read(model.Bytes, "m.onnx");
        Assert.Equal(["node_a", "Exp_1"], read.Nodes.Select(node => node.Name));
    }

    [Fact]
    public void MessagesThatNestWithoutEndAreRefusedBeforeTheyAreParsed()
    {
        byte[] inner = [];
        for (int depth = 0; depth < 2000; depth++)
        {
            // A graph with a node with an attribute with a graph.
            inner = Field(1, Field(5, Field(6, inner)));
        }

        Refused(Field(7, inner), "nests more than");
    }

    [Fact]
    public void ManySmallMessagesAreRefusedBeforeTheyAreParsed()
    {
        byte[] nodes = new byte[2_000_000];
        for (int i = 0; i < nodes.Length; i += 2)
        {
            nodes[i] = 0x0A;        // a node of no bytes
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused(Field(7, nodes), "reading it would take more than");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10 * nodes.Length);
    }

    [Fact]
    public void FunctionsAreComputedWhereTheyAreCalled()
    {
        using var scope = NewDisposeScope();
        var model = new SmallModel().Input("x", 2).Node("Scaled", "y", ["x"], ("factor", 3f)).Output("y");
        model.Proto.Graph.Node[0].Domain = "ours";
        var constant = new NodeProto { OpType = "Constant", Output = { "c" }, Attribute = { new AttributeProto { Name = "value_float", Type = AttributeProto.Types.AttributeType.Float, RefAttrName = "factor" } } };
        model.Proto.Functions.Add(new FunctionProto
        {
            Name = "Scaled", Domain = "ours", Input = { "a" }, Output = { "b" }, Attribute = { "factor" },
            Node = { constant, new NodeProto { OpType = "Mul", Input = { "a", "c" }, Output = { "b" } } },
            OpsetImport = { new OperatorSetIdProto { Domain = string.Empty, Version = 17 } },
        });
        using var graph = model.Open();
        Assert.Equal([6f, -3f], graph.Forward(tensor([2f, -1f]), "y").data<float>().ToArray());
    }

    [Fact]
    public void FunctionsThatCallThemselvesAreRefused()
    {
        var model = new SmallModel().Input("x", 2).Node("Again", "y", ["x"]).Output("y");
        model.Proto.Graph.Node[0].Domain = "ours";
        model.Proto.Functions.Add(new FunctionProto { Name = "Again", Domain = "ours", Input = { "a" }, Output = { "b" }, Node = { new NodeProto { OpType = "Again", Domain = "ours", Input = { "a" }, Output = { "b" } } } });
        Refused(model.Bytes, "nests the function ours.Again more than 16 times");
    }

    [Theory]
    [InlineData(true, 2f)]
    [InlineData(false, -2f)]
    public void ABranchWithAFixedConditionIsTaken(bool condition, float expected)
    {
        using var scope = NewDisposeScope();
        using var graph = Branching(condition).Open();
        Assert.Equal([expected], graph.Forward(tensor([2f]), "y").data<float>().ToArray());
    }

    [Fact]
    public void ABranchThatDependsOnValuesIsRefusedByName()
    {
        var model = Branching(true);
        model.Proto.Graph.Initializer.Clear();
        model.Node("IsNaN", "condition", ["x"]);
        Refused(model.Bytes, "1 node of the operator If");
    }

    /// <summary>As PyTorch exports <c>x.squeeze(1)</c> of lengths that it does not know, in nn.LocalResponseNorm for one.</summary>
    [Fact]
    public void ABranchThatTakesAnAxisAwayWhereItsLengthIsOneIsTheSqueeze()
    {
        using var scope = NewDisposeScope();
        using var graph = Squeezing().Open();
        Assert.Equal([2, 3], graph.Forward(zeros(2, 1, 3), "y").shape);
        Assert.Contains("takes the axes 1 from the shape [2, 4, 3]", graph.WhyNot([2, 4, 3]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0L, 1L, 1L)]
    [InlineData(1L, 2L, 1L)]
    [InlineData(1L, 1L, 2L)]
    public void AnyOtherSuchBranchIsRefused(long compared, long length, long squeezed) => Refused(Squeezing(compared, length, squeezed).Bytes, "1 node of the operator If");

    [Fact]
    public void TensorsBesideTheModelAreReadAndNothingElseIs()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        string path = Path.Combine(folder.Path, "m.onnx");
        File.WriteAllBytes(Path.Combine(folder.Path, "m.data"), [1, 2, 3, 4, .. BitConverter.GetBytes(5f), .. BitConverter.GetBytes(7f)]);
        Write("m.data", 4, 8);
        using (var graph = new OnnxGraph(OnnxFile.Read(path)))
        {
            Assert.Equal([6f, 9f], graph.Forward(tensor([1f, 2f]), "y").data<float>().ToArray());
        }

        foreach (string location in (string[])["../m.data", "/etc/passwd", "a/../m.data", "", ".", "a\\b"])
        {
            Write(location, 0, 8);
            Assert.Contains("leads out of the folder of the model", Assert.Throws<WeightsFormatException>(() => OnnxFile.Read(path)).Message, StringComparison.Ordinal);
        }

        Write("m.data", 8, 8);
        Assert.Contains("at byte 8 with 8 bytes, but the file has 12", Assert.Throws<WeightsFormatException>(() => OnnxFile.Read(path)).Message, StringComparison.Ordinal);
        Write("absent.data", 0, 8);
        Assert.Contains("cannot be read", Assert.Throws<WeightsFormatException>(() => OnnxFile.Read(path)).Message, StringComparison.Ordinal);
        File.CreateSymbolicLink(Path.Combine(folder.Path, "link.data"), "/etc/passwd");
        Write("link.data", 0, 8);
        Assert.Contains("by a link out of", Assert.Throws<WeightsFormatException>(() => OnnxFile.Read(path)).Message, StringComparison.Ordinal);

        void Write(string location, long offset, long length)
        {
            var model = new SmallModel().Input("x", 2).Node("Add", "y", ["x", "w"]).Output("y");
            var tensor = new TensorProto { Name = "w", DataType = 1, DataLocation = 1, Dims = { 2 } };
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{offset}" });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{length}" });
            model.Proto.Graph.Initializer.Add(tensor);
            File.WriteAllBytes(path, model.Bytes);
        }
    }

    [Fact]
    public void TensorsOfAllFormatsOfTorchAreReadFromBytesAndFromFields()
    {
        using var scope = NewDisposeScope();
        Same([1.5f, -2f], new TensorProto { DataType = 1, Dims = { 2 }, FloatData = { 1.5f, -2f } }, ScalarType.Float32);
        Same([1.5f, -2f], new TensorProto { DataType = 11, Dims = { 2 }, DoubleData = { 1.5, -2 } }, ScalarType.Float64);
        Same([1.5f, -2f], new TensorProto { DataType = 10, Dims = { 2 }, Int32Data = { 0x3E00, 0xC000 } }, ScalarType.Float16);
        Same([1.5f, -2f], new TensorProto { DataType = 16, Dims = { 2 }, RawData = ByteString.CopyFrom(0xC0, 0x3F, 0x00, 0xC0) }, ScalarType.BFloat16);
        Same([1, 255], new TensorProto { DataType = 2, Dims = { 2 }, Int32Data = { 1, 255 } }, ScalarType.Byte);
        Same([1, -1], new TensorProto { DataType = 3, Dims = { 2 }, Int32Data = { 1, -1 } }, ScalarType.Int8);
        Same([1, -300], new TensorProto { DataType = 5, Dims = { 2 }, Int32Data = { 1, -300 } }, ScalarType.Int16);
        Same([1, -70000], new TensorProto { DataType = 6, Dims = { 2 }, Int32Data = { 1, -70000 } }, ScalarType.Int32);
        Same([1, -70000], new TensorProto { DataType = 7, Dims = { 2 }, Int64Data = { 1, -70000 } }, ScalarType.Int64);
        Same([1, 0], new TensorProto { DataType = 9, Dims = { 2 }, RawData = ByteString.CopyFrom(7, 0) }, ScalarType.Bool);
        Same([2], new TensorProto { DataType = 1, FloatData = { 2 } }, ScalarType.Float32);

        static void Same(float[] expected, TensorProto proto, ScalarType type)
        {
            using var read = new TensorReader(external: null).Read(proto, "Tensor");
            Assert.Equal(type, read.dtype);
            Assert.Equal(proto.Dims, read.shape);
            Assert.Equal(expected, read.to(ScalarType.Float32).data<float>().ToArray());
        }
    }

    [Fact]
    public void TensorsThatAreNotWhatTheyClaimAreRefused()
    {
        var reader = new TensorReader(external: null);
        Throws(new TensorProto { DataType = 12, Dims = { 1 } }, "UINT32, which torch has not");
        Throws(new TensorProto { DataType = 1, Dims = { 2 }, FloatData = { 1 } }, "has 1 numbers of FLOAT");
        Throws(new TensorProto { DataType = 1, Dims = { 2 }, RawData = ByteString.CopyFrom(1, 2, 3) }, "has 3 bytes");
        Throws(new TensorProto { DataType = 1, Dims = { 1L << 40, 1L << 40 } }, "more numbers than can be counted");
        Throws(new TensorProto { DataType = 1, Dims = { -1 } }, "none of them negative");
        Throws(new TensorProto { DataType = 1, Dims = { 1L << 40 } }, "are read at once");

        void Throws(TensorProto proto, string words) => Assert.Contains(words, Assert.Throws<WeightsFormatException>(() => reader.Read(proto, "Tensor")).Message, StringComparison.Ordinal);
    }

    private static SmallModel Branching(bool condition)
    {
        var model = new SmallModel().Input("x", 1).Constant("condition", tensor(condition));
        return model.Node("If", "y", ["condition"], ("then_branch", Branch("Identity")), ("else_branch", Branch("Neg"))).Output("y");

        static GraphProto Branch(string kind) => new() { Name = kind, Node = { new NodeProto { OpType = kind, Input = { "x" }, Output = { "z" } } }, Output = { new ValueInfoProto { Name = "z" } } };
    }

    private static SmallModel Squeezing(long compared = 1, long length = 1, long squeezed = 1)
    {
        var axis = new NodeProto { OpType = "Constant", Output = { "axis" }, Attribute = { new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = new() { DataType = 7, Dims = { 1 }, Int64Data = { squeezed } } } } };
        return new SmallModel().Input("x", -1, -1, -1).Integers("compared", compared).Integers("length", length)
            .Node("Shape", "shape", ["x"]).Node("Gather", "entries", ["shape", "compared"]).Node("Equal", "condition", ["entries", "length"])
            .Node("If", "y", ["condition"], ("then_branch", Branch(axis, new() { OpType = "Squeeze", Input = { "x", "axis" }, Output = { "z" } })), ("else_branch", Branch(new NodeProto { OpType = "Identity", Input = { "x" }, Output = { "z" } })))
            .Output("y");

        static GraphProto Branch(params NodeProto[] nodes) => new() { Name = "branch", Node = { nodes }, Output = { new ValueInfoProto { Name = "z" } } };
    }

    private static void Refused(byte[] model, string words) => Assert.Contains(words, Assert.Throws<WeightsFormatException>(() => OnnxFile.Read(model, "m.onnx")).Message, StringComparison.Ordinal);

    private static byte[] Field(int number, byte[] content)
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream);
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteLength(content.Length);
        output.Flush();
        stream.Write(content);
        output.Flush();
        return stream.ToArray();
    }
}
