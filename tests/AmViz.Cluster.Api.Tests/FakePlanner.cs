using System.Security.Cryptography;
using System.Text.Json;
using AmViz.Cluster.Http;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Api.Tests;

/// <summary>Reads specs in the JSON of <see cref="SweepSpec"/>, about networks that only have a description.</summary>
internal sealed class FakePlanner : ISweepPlanner
{
    private const string Weights = "weights/model.bin";

    public static FakeModel Network { get; } = new("fakenet", new LayerFacts("conv_1", 6, IsLogits: false), new LayerFacts("logits", 4, IsLogits: true));

    /// <summary>The networks that it knows.</summary>
    public IReadOnlyList<FakeModel> Known { get; init; } = [Network];

    public Task<SweepPlan> PlanAsync(string spec, CancellationToken cancellationToken)
    {
        try
        {
            var read = JsonSerializer.Deserialize<SweepSpec>(spec, SweepJson.Compact) ?? new();
            if (read.Models.Any(selection => selection is null || selection.Layers.Any(layer => layer is null)))
            {
                throw new SpecException([new("models", "Found null.")]);
            }

            return Task.FromResult(SweepPlanner.Plan(
                read,
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

    /// <summary>Where published networks go.</summary>
    public NetworkStore? Networks { get; set; }

    /// <summary>Takes a folder for a network if it has a config.json, and for a program if it has a net.pt; its digest is that of the weights.</summary>
    public async Task<PublishedNetwork> PublishAsync(string folder, string model, string? checkpointKey, bool programs, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(folder, "net.pt")) && !programs)
        {
            return new(null, "It is a program.");
        }

        if (!File.Exists(Path.Combine(folder, "config.json")))
        {
            return new(null, $"{folder}: there is no config.json.");
        }

        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(folder, path), File.ReadAllBytes, StringComparer.Ordinal);
        var stored = files.Select(file => new StoredNetworkFile(file.Key, file.Value.Length, Convert.ToHexStringLower(SHA256.HashData(file.Value)))).ToArray();
        var digest = stored.Single(file => file.Name == Weights).Sha256;
        await Networks!.PushAsync(
            new() { Model = model, WeightsDigest = digest, Weights = Weights, Files = stored }, (file, _) => Task.FromResult<ReadOnlyMemory<byte>>(files[file.Name]), cancellationToken);
        return new(new KnownNetwork(model, digest, NetworkPlace.Store));
    }

    public Task<IReadOnlyList<KnownNetwork>> NetworksAsync(CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<KnownNetwork>>([.. Known.Select(network => new KnownNetwork(network.Name, network.WeightsDigest, NetworkPlace.Coordinator))]);

    /// <summary>A spec of the whole network.</summary>
    /// <param name="steps">Another number of steps is another sweep.</param>
    public static string Spec(int steps) => JsonSerializer.Serialize(
        new SweepSpec { Models = [new() { Model = Network.Name }], Recipe = Recipes.Paper with { Steps = steps } }, SweepJson.Compact);
}
