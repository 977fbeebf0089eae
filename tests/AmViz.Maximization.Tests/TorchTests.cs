using AmViz.Models;

namespace AmViz.Maximization.Tests;

/// <summary>Tests that compute: one thread of torch, one class after the other, as the machine may have few cores.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchTests : ICollectionFixture<TorchFixture>
{
    public const string Name = "torch";
}

public sealed class TorchFixture
{
    public TorchFixture() => TorchRuntime.Initialize(threads: 1);
}
