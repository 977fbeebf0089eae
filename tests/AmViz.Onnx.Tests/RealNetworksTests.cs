using AmViz.Onnx.Tests.Verification;
using AmViz.TestKit;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests;

/// <summary>Networks that somebody trained: every value of them is what ONNX Runtime makes of the same picture.</summary>
[Collection(OnnxTests.Name)]
public sealed class RealNetworksTests(ITestOutputHelper output)
{
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
        var compared = RuntimeComparison.Compare(path, PictureOf);
        var worst = compared[0];
        output.WriteLine(FormattableString.Invariant($"{Path.GetFileName(path)}: {compared.Count} values of {compared.Select(value => value.Operator).Distinct().Count()} kinds of nodes; the worst is '{worst.Name}' with {worst.Error:0.0e0} of its largest"));
        Assert.Contains(compared, value => value.IsOutput);
        Assert.InRange(worst.Error, 0, RuntimeComparison.Allowed);
        AssertSecondPictureCountsAlone(path);
    }

    private static void AssertSecondPictureCountsAlone(string path)
    {
        using var scope = NewDisposeScope();
        using var graph = new OnnxGraph(OnnxFile.Read(path));
        var (picture, last) = (PictureOf(graph.Inputs[0].Sizes!), graph.Outputs[0].Name);
        var (alone, behind) = (graph.Forward(picture, last), graph.Forward(cat([picture.neg(), picture]), last)[1..]);
        Assert.InRange(((alone - behind).abs().max() / alone.abs().max()).item<float>(), 0, (float)RuntimeComparison.Allowed);
    }

    private static Tensor PictureOf(IReadOnlyList<long?> declared) => rand([1, .. declared.Skip(1).Select(size => size!.Value)], generator: new Generator(1)) * 2 - 1;
}
