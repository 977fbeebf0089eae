using System.Text.Json;
using AmViz.Cluster.Api;
using AmViz.Cluster.Http;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Benchmarks;

/// <summary>Reads specs in JSON, about one network that only has a description.</summary>
internal sealed class WatchedPlanner : ISweepPlanner
{
    private static readonly FakeModel Network = new("watched", new LayerFacts("conv", 1000, IsLogits: false));

    /// <summary>A spec.</summary>
    /// <param name="channels">Pictures.</param>
    /// <param name="steps">Another number is another sweep.</param>
    public static string Spec(int channels, int steps) => JsonSerializer.Serialize(
        new SweepSpec { Models = [new() { Model = Network.Name, Layers = [new("conv", ChannelSet.TryParse($"0-{channels - 1}", out _))] }], Recipe = Recipes.Paper with { Steps = steps } }, SweepJson.Compact);

    /// <inheritdoc/>
    public Task<SweepPlan> PlanAsync(string spec, CancellationToken cancellationToken)
        => Task.FromResult(SweepPlanner.Plan(JsonSerializer.Deserialize<SweepSpec>(spec, SweepJson.Compact)!, _ => Network));

    /// <inheritdoc/>
    public Task<EstimatedSweep?> EstimateAsync(SweepPlan plan, CancellationToken cancellationToken) => Task.FromResult<EstimatedSweep?>(null);

    /// <inheritdoc/>
    public Task<PublishedNetwork> PublishAsync(string folder, string model, string? checkpointKey, bool programs, CancellationToken cancellationToken)
        => Task.FromResult(new PublishedNetwork(null, "Nothing is stored while watchers are measured."));

    /// <inheritdoc/>
    public Task<IReadOnlyList<KnownNetwork>> NetworksAsync(CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<KnownNetwork>>([new(Network.Name, Network.WeightsDigest, NetworkPlace.Coordinator)]);
}
