using System.Text.Json;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Api.Tests;

/// <summary>Reads specs in the JSON of <see cref="SweepSpec"/>, about networks that only have a description.</summary>
internal sealed class FakePlanner : ISweepPlanner
{
    public static FakeModel Network { get; } = new("fakenet", new LayerFacts("conv_1", 6, IsLogits: false), new LayerFacts("logits", 4, IsLogits: true));

    /// <summary>The networks that it knows.</summary>
    public IReadOnlyList<FakeModel> Known { get; init; } = [Network];

    public Task<SweepPlan> PlanAsync(string spec, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(SweepPlanner.Plan(
                JsonSerializer.Deserialize<SweepSpec>(spec, SweepJson.Compact) ?? new(),
                selection => Known.FirstOrDefault(network => network.Name == selection.Model) ?? throw new InvalidDataException($"There is no model '{selection.Model}'.")));
        }
        catch (JsonException e)
        {
            throw new SpecException([new("", $"spec:{e.LineNumber + 1}:{e.BytePositionInLine + 1}: {e.Message}")]);
        }
    }

    /// <summary>What an estimate waits for; by default nothing.</summary>
    public Func<CancellationToken, Task<EstimatedSweep?>>? Estimating { get; set; }

    public async Task<EstimatedSweep?> EstimateAsync(SweepPlan plan, CancellationToken cancellationToken) => Estimating is { } estimating
        ? await estimating(cancellationToken)
        : new(plan.Id, plan.TaskCount, plan.TaskCount, 0, (long)plan.TaskCount * plan.Recipe.Steps, "fake", 1, 10, 10, plan.TaskCount, 1000, []);

    /// <summary>Takes a folder for a network if it has a config.json, and for a program if it has a net.pt; its digest is that of the weights.</summary>
    public async Task<PublishedNetwork> PublishAsync(string folder, string model, string? checkpointKey, bool programs, CancellationToken cancellationToken)
        => File.Exists(Path.Combine(folder, "net.pt")) && !programs ? new(null, "It is a program.")
            : File.Exists(Path.Combine(folder, "config.json"))
            ? new(new KnownNetwork(model, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(folder, "weights/model.bin"), cancellationToken))), NetworkPlace.Store))
            : new(null, $"{folder}: there is no config.json.");

    public Task<IReadOnlyList<KnownNetwork>> NetworksAsync(CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<KnownNetwork>>([.. Known.Select(network => new KnownNetwork(network.Name, network.WeightsDigest, NetworkPlace.Coordinator))]);

    /// <summary>A spec of the whole network.</summary>
    /// <param name="steps">Another number of steps is another sweep.</param>
    public static string Spec(int steps) => JsonSerializer.Serialize(
        new SweepSpec { Models = [new() { Model = Network.Name }], Recipe = Recipes.Paper with { Steps = steps } }, SweepJson.Compact);
}
