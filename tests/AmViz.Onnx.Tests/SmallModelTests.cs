using AmViz.TestKit;

namespace AmViz.Onnx.Tests;

public sealed class SmallModelTests
{
    /// <summary>Tests of the program have no torch to make it with.</summary>
    [Fact]
    public void TheFileForTestsOfTheProgramIsTheSmallNetwork()
    {
        var path = RepositoryTree.At("tests", "AmViz.Onnx.Tests", "Fixtures", "small.onnx");
        Assert.Equal(SmallModel.Network().Bytes, File.ReadAllBytes(path));
    }
}
