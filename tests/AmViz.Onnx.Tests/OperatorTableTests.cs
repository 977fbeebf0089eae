namespace AmViz.Onnx.Tests;

public sealed class OperatorTableTests
{
    [Fact]
    public void AnOperatorThatIsNotTakenHasNoRule() => Assert.Null(OperatorTable.Find("SequenceMap", OperatorTable.LastOpset));
}
