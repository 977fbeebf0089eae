using System.Text.Json;

using AmViz.Imaging;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Atlas.Tests;

/// <summary>A store with a made-up sweep in it: pictures that look a little like the real ones, with records, and some channels without.</summary>
internal sealed class SampleSweep : IDisposable
{
    public const string Digest = "a3f1c09d5b7e2846a3f1c09d5b7e2846a3f1c09d5b7e2846a3f1c09d5b7e2846";

    private static readonly RenderEnvironment Environment = new("cpu libtorch-2.10.0", "Example CPU @ 3 GHz", Threads: 1, BatchSize: 1);

    private readonly string _folder;

    private SampleSweep(string folder, SweepPlan plan)
    {
        _folder = folder;
        Store = new FolderBlobStore(folder);
        Plan = plan;
    }

    public FolderBlobStore Store { get; }

    public SweepPlan Plan { get; }

    public List<ManifestEntry> Entries { get; } = [];

    public string AtlasFolder => Path.Combine(_folder, "atlas");

    public AtlasSweep Sweep => new(Plan, Entries);

    /// <summary>Makes a store in a folder of its own.</summary>
    public static Task<SampleSweep> CreateAsync(params IReadOnlyList<PlannedLayer> layers) =>
        CreateAsync(Directory.CreateTempSubdirectory("amviz-atlas-").FullName, Recipes.Paper with { Steps = 128 }, [0], layers);

    public static async Task<SampleSweep> CreateAsync(
        string folder, RenderRecipe recipe, IReadOnlyList<int> seeds, IReadOnlyList<PlannedLayer> layers)
    {
        var plan = new SweepPlan
        {
            Id = new(SweepJson.Hash(new { recipe, seeds, layers }, SweepId.Length)),
            Recipe = recipe,
            Seeds = seeds,
            Layers = layers,
        };
        var sample = new SampleSweep(folder, plan);
        foreach (var layer in layers)
        {
            foreach (var channel in layer.Channels.Enumerate())
            {
                foreach (var seed in seeds)
                {
                    await sample.AddAsync(layer, channel, seed);
                }
            }
        }

        return sample;
    }

    public static PlannedLayer Layer(string model, string layer, int channels, int size = 48, bool isLogits = false) =>
        new(model, Digest, layer, channels, isLogits, size, ChannelSet.All(channels));

    public Task<AtlasReport> BuildAsync(AtlasOptions? options = null, IBlobStore? store = null) =>
        new AtlasBuilder(store ?? Store, options ?? new AtlasOptions { StoreAddress = "../" })
            .BuildAsync(Sweep, AtlasFolder, progress: null, TestContext.Current.CancellationToken);

    /// <summary>Where the store keeps a blob.</summary>
    public string FileOf(BlobPath path) => Path.Combine(_folder, path.Value);

    public string Page(string path) => File.ReadAllText(Path.Combine(AtlasFolder, path));

    /// <summary>Stores the picture of a channel and its row.</summary>
    public async Task AddAsync(PlannedLayer layer, int channel, int seed)
    {
        var record = RecordOf(layer, channel, seed);
        var picture = PngCodec.Encode(
            SamplePicture.Of(layer.Size, SeedOf(channel, seed) + layer.Layer.Length),
            new Dictionary<string, string>(StringComparer.Ordinal) { [ChannelRecord.TextKey] = JsonSerializer.Serialize(record, SweepJson.Compact) });
        var path = ResultLayout.Picture(record.Task, record.Recipe.Hash);
        await Store.CreateAsync(path, picture, TestContext.Current.CancellationToken);
        Entries.Add(ManifestRows.Rendered(record, path, picture));
    }

    /// <summary>Takes the picture of a channel away and says instead how it ended.</summary>
    public void Replace(string layer, int channel, ChannelOutcome outcome, string? error)
    {
        var at = Entries.FindIndex(entry => entry.Layer == layer && entry.Channel == channel);
        var planned = Plan.Layers.First(l => l.Layer == layer);
        Entries[at] = ManifestRows.WithoutPicture(outcome, RecordOf(planned, channel, Entries[at].Seed), error);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Not HashCode, which differs from process to process.
    private static int SeedOf(int channel, int seed) => (channel * 1009) + (seed * 31);

    private ChannelRecord RecordOf(PlannedLayer layer, int channel, int seed)
    {
        var random = new Random(SeedOf(channel, seed));
        var height = 1 + (6 * random.NextSingle());
        var points = Enumerable.Range(0, 9).Select(i => new TrajectoryPoint(
            Math.Min(i * 16, 127), (float)(height * (1 - Math.Exp(-i / 2.0))) + (0.1f * random.NextSingle())));
        return new ChannelRecord
        {
            Task = new ChannelTask(layer.Model, layer.WeightsDigest, layer.Layer, channel, seed),
            Label = layer.IsLogits ? $"class {channel}" : null,
            Recipe = Plan.RecipeFor(layer),
            Objective = new ObjectiveTrajectory(ObjectiveKind.Channel, 0.03f, height, [.. points]),
            ReproducibleWith = Environment,
            Software = "0.1.0-test",
        };
    }
}
