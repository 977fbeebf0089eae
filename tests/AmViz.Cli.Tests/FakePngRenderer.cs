using System.Text.Json;
using AmViz.Imaging;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cli.Tests;

/// <summary>Draws one-coloured pictures at once, with real records in real PNG files.</summary>
internal sealed class FakePngRenderer : IChannelRenderer
{
    public Action<BatchCheckpoints?> Watch { get; init; } = _ => { };

    public required Func<ChannelTask, ChannelOutcome> Ends { get; init; }

    public string Device => "cpu";

    public int BatchSize => 2;

    public Task<IReadOnlyList<RenderedChannel>> RenderAsync(ChannelBatch batch, IProgress<BatchProgress>? progress, BatchCheckpoints? checkpoints, CancellationToken cancellationToken)
    {
        Watch(checkpoints);
        return Task.FromResult<IReadOnlyList<RenderedChannel>>([.. batch.Tasks.Select(task => Draw(task, batch.Recipe))]);
    }

    private RenderedChannel Draw(ChannelTask task, RenderRecipe recipe)
    {
        var outcome = Ends(task);
        return outcome == ChannelOutcome.Rendered
            ? SampleSweeps.Rendered(task, recipe) with { Picture = Encode(SampleSweeps.Record(task, recipe)) }
            : SampleSweeps.NotRendered(outcome, task, recipe, "nothing excites it");
    }

    private static byte[] Encode(ChannelRecord record)
    {
        var pixels = new byte[record.Recipe.Size * record.Recipe.Size * 3];
        Array.Fill(pixels, (byte)(record.Task.Channel * 8));
        var text = new Dictionary<string, string>(StringComparer.Ordinal) { [ChannelRecord.TextKey] = JsonSerializer.Serialize(record, SweepJson.Compact) };
        return PngCodec.Encode(new Picture(record.Recipe.Size, record.Recipe.Size, pixels), text);
    }
}
