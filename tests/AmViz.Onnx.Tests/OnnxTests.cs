namespace AmViz.Onnx.Tests;

/// <summary>Tests that compute: one class after the other, as the machine may have few cores.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OnnxTests
{
    public const string Name = "torch";
}
