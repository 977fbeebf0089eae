using AmViz.Onnx.Schema;
using AmViz.Onnx.Tests.RandomCases;
using AmViz.TestKit;
using Google.Protobuf;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests;

/// <summary>Networks that somebody trained: every value of them is what ONNX Runtime makes of the same picture.</summary>
[Collection(OnnxTests.Name)]
public sealed class RealNetworksTests(ITestOutputHelper output)
{
    private const double Allowed = 1e-4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void EveryValueOfAResNet18IsThatOfOnnxRuntime() => Compare(Path.Combine(AppContext.BaseDirectory, "ResNet18.onnx"));

    /// <summary>Exported by PyTorch from the weights of tests, where both are.</summary>
    [Theory]
    [InlineData("resnet20")]
    [InlineData("googlenet")]
    [InlineData("vit_tiny")]
    public async Task EveryValueOfAnExportedNetworkIsThatOfOnnxRuntime(string name)
    {
        var weights = Path.Combine(SharedData.Root, "weights");
        Assert.SkipUnless(Directory.Exists(weights), SharedData.WhyMissing(weights) ?? string.Empty);
        var missing = await DebianPython.WhyMissingAsync(Token, "torch");
        Assert.SkipUnless(missing is null, missing ?? string.Empty);
        using var folder = new TemporaryFolder();
        var (code, _, errors) = await DebianPython.RunAsync(Token, "-W", "ignore", RepositoryTree.At("tests", "AmViz.Onnx.Tests", "Exports", "export_real.py"), weights, folder.Path, name);
        Assert.True(code == 0, errors);
        Compare(folder.At($"{name}.onnx"));
    }

    private void Compare(string path)
    {
        using var scope = NewDisposeScope();
        using var graph = new OnnxGraph(OnnxFile.Read(path));
        var declared = graph.Inputs[0].Sizes!;
        var picture = rand([1, .. declared.Skip(1).Select(size => size!.Value)], generator: new Generator(1)) * 2 - 1;
        // Values inside of a branch are not to be had of ONNX Runtime.
        var there = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph.Node.SelectMany(node => node.Output).ToHashSet(StringComparer.Ordinal);
        string[] names = [.. graph.Nodes.Select(node => node.Outputs[0]).Where(value => graph.LevelOf(value) == ValueLevel.Pixels && there.Contains(value))];

        var expected = RuntimeModel.Run(WithOutputs(path, names), [(graph.Inputs[0].Name, picture)], names);

        var made = graph.Forward(picture, names);
        var last = graph.Outputs[0].Name;
        Assert.InRange(Error(graph.Forward(picture, last), graph.Forward(cat([picture.neg(), picture]), last)[1..]), 0, Allowed);
        var worst = names.Select((name, i) => (Name: name, Error: Error(expected[i], made[i]))).MaxBy(value => value.Error);
        output.WriteLine(FormattableString.Invariant($"{Path.GetFileName(path)}: {graph.Nodes.Count} nodes of {graph.Nodes.Select(node => node.Operator).Distinct().Count()} kinds, {names.Length} values; the worst is '{worst.Name}' with {worst.Error:0.0e0} of its largest"));
        Assert.InRange(worst.Error, 0, Allowed);
    }

    private static double Error(Tensor expected, Tensor made)
    {
        Assert.Equal(expected.shape, made.shape);
        var (one, other) = (expected.to_type(ScalarType.Float64), made.to_type(ScalarType.Float64));
        return (one - other).abs().max().item<double>() / Math.Max(one.abs().max().item<double>(), 1e-12);
    }

    private static byte[] WithOutputs(string path, IEnumerable<string> names)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        var there = model.Graph.Output.Select(value => value.Name).ToHashSet(StringComparer.Ordinal);
        model.Graph.Output.AddRange(names.Where(there.Add).Select(name => new ValueInfoProto { Name = name }));
        return model.ToByteArray();
    }
}
