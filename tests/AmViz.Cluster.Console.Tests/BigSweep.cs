using System.Text.Json;
using AmViz.Atlas.Tests;
using AmViz.Imaging;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Console.Tests;

/// <summary>A sweep of 100,000 channels of which 10,000 came to nothing, as a store has it: written by the writers of the product, and not drawn.</summary>
internal static class BigSweep
{
    public const int Channels = 100_000;
    public const int Failures = 10_000;
    public const int OutOfMemoryCount = 9000;

    /// <summary>The error that most of them met.</summary>
    public const string OutOfMemory = "DeviceFault: out of memory while a batch of 64 pictures was drawn; 1.2 GiB were asked for and 310 MiB are free. Draw smaller batches, or use a larger device.";

    private const int Layers = 100;
    private const int ChannelsOfALayer = Channels / Layers;
    private const int Devices = 8;

    private static readonly byte[][] Pictures = [.. Enumerable.Range(0, 40).Select(seed => PngCodec.Encode(SamplePicture.Of(128, seed)))];

    // What no page shows would take gigabytes.
    private static readonly byte[] Small = PngCodec.Encode(SamplePicture.Of(8, 1));

    /// <summary>A hundred layers.</summary>
    public static FakeModel Network { get; } = new("bignet", [.. Enumerable.Range(0, Layers).Select(layer => new LayerFacts($"block_{layer / 4}.conv_{layer % 4}", ChannelsOfALayer, IsLogits: false))]);

    /// <summary>What asks for all of it.</summary>
    public static string Spec { get; } = JsonSerializer.Serialize(new SweepSpec { Models = [new() { Model = Network.Name }], Recipe = Recipes.Paper with { Steps = 512 } }, SweepJson.Compact);

    /// <summary>How the task of that number ends: each of the first ten of a hundred comes to nothing.</summary>
    public static (ChannelOutcome Outcome, string? Error) EndOf(int number) => (number % 10, number / 10 % 100) switch
    {
        (not 0, _) => (ChannelOutcome.Rendered, null),
        (_, < 90) => (ChannelOutcome.Failed, OutOfMemory),
        (_, < 93) => (ChannelOutcome.Dead, null),
        (_, < 94) => (ChannelOutcome.NotFinite, "The objective became NaN at step 17."),
        (_, < 99) => (ChannelOutcome.Failed, "ChannelRender: the renderer returned 3 results for 4 tasks. Expected one a task."),
        _ => (ChannelOutcome.Failed, $"IOException: /var/cache/amviz/bignet-{number}.tmp: No space left on device."),
    };

    /// <summary>Writes plan, pictures and rows.</summary>
    /// <param name="store">Where.</param>
    /// <param name="plan">Of <see cref="Spec"/>.</param>
    /// <param name="from">When its first channel ended.</param>
    /// <param name="span">How long all took.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task WriteAsync(IBlobStore store, SweepPlan plan, DateTimeOffset from, TimeSpan span, CancellationToken cancellationToken)
    {
        await new SweepStore(store).CreateAsync(plan, cancellationToken);
        var (parts, number) = (new ManifestParts(store), 0);
        foreach (var shard in plan.Shards())
        {
            var rows = new List<PartRow>();
            foreach (var task in shard.Tasks())
            {
                rows.Add(await RowAsync(store, shard, task, number, from + (span * number / Channels), cancellationToken));
                number++;
            }

            await parts.AppendAsync(shard.Id, epoch: 0, sequence: 0, rows, cancellationToken);
        }
    }

    /// <summary>Whether a page of the tests shows it: the last of each layer, and one layer.</summary>
    private static bool IsShown(int number) => number % ChannelsOfALayer >= ChannelsOfALayer - 20 || number / ChannelsOfALayer == 30;

    private static async Task<PartRow> RowAsync(IBlobStore store, Shard shard, ChannelTask task, int number, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var (outcome, error) = EndOf(number);
        var record = new ChannelRecord
        {
            Task = task, Recipe = shard.Recipe, Objective = new(ObjectiveKind.Channel, 0.25f, 3.5f, []), ReproducibleWith = new("cpu fake-1.0", "fake processor", 1, 1), Software = "0.1.0",
        };
        ManifestEntry entry;
        if (outcome == ChannelOutcome.Rendered)
        {
            var (path, png) = (ResultLayout.Picture(task, shard.Recipe.Hash), IsShown(number) ? Pictures[number % Pictures.Length] : Small);
            await store.CreateAsync(path, png, cancellationToken);
            entry = ManifestRows.Rendered(record, path, png);
        }
        else
        {
            entry = ManifestRows.WithoutPicture(outcome, record, error);
        }

        return new(entry, new()
        {
            Task = task, Outcome = outcome, Device = $"S10.0.0.{number % Devices}:11111:154969221/cuda#0", CommittedAt = at, Seconds = 2.5, Lease = $"0-{number / 64}",
        });
    }
}
