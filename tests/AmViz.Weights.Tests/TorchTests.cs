namespace AmViz.Weights.Tests;

/// <summary>Tests that read tensors: one class after the other, as the machine may have few cores.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchTests
{
    public const string Name = "torch";
}
