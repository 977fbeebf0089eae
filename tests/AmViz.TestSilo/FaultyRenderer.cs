using System.Diagnostics;
using System.Text.Json;
using AmViz.Imaging;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.TestSilo;

/// <summary>Draws grey pictures that carry their record, and fails as it is told.</summary>
/// <param name="faults">What goes wrong.</param>
internal sealed class FaultyRenderer(Faults faults) : IChannelRenderer, IDisposable
{
    // One batch at a time, as on a device.
    private readonly SemaphoreSlim _device = new(1);

    public string Device => "cpu";

    public int BatchSize => faults.BatchSize;

    public async Task<IReadOnlyList<RenderedChannel>> RenderAsync(
        ChannelBatch batch, IProgress<BatchProgress>? progress, BatchCheckpoints? checkpoints, CancellationToken cancellationToken)
    {
        await _device.WaitAsync(cancellationToken);
        try
        {
            progress?.Report(new(1, batch.Recipe.Steps));
            await Task.Delay(faults.BatchTime, cancellationToken);
            if (batch.Tasks.Any(task => Faults.Names(faults.Crash, task)))
            {
                // No code of the process runs any more: the end that a driver or the kernel gives.
                Process.GetCurrentProcess().Kill();
            }

            progress?.Report(new(batch.Recipe.Steps, batch.Recipe.Steps));
            return [.. batch.Tasks.Select(task => Draw(task, batch.Recipe))];
        }
        finally
        {
            _device.Release();
        }
    }

    public void Dispose() => _device.Dispose();

    private RenderedChannel Draw(ChannelTask task, RenderRecipe recipe)
    {
        if (Faults.Names(faults.NotFinite, task))
        {
            return SampleSweeps.NotRendered(ChannelOutcome.NotFinite, task, recipe, "The objective became NaN at step 3.");
        }

        var drawn = SampleSweeps.Rendered(task, recipe);
        var text = new Dictionary<string, string>(StringComparer.Ordinal) { [ChannelRecord.TextKey] = JsonSerializer.Serialize(drawn.Record, SweepJson.Compact) };
        return drawn with { Picture = PngCodec.Encode(new Picture(1, 1, [128, 128, 128]), text) };
    }
}
