using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Benchmarks;

/// <summary>A device that only takes its time, and meets its fate now and then.</summary>
/// <param name="settings">How long, and how often.</param>
/// <param name="device">Whom it happens to.</param>
/// <param name="random">Decides.</param>
internal sealed class SimulatedRenderer(SimulationSettings settings, SimulatedDevice device, Random random) : IChannelRenderer, IDisposable
{
    private const double StragglerFactor = 10;

    // One batch at a time, as on a device.
    private readonly SemaphoreSlim _turn = new(1);

    /// <inheritdoc/>
    public string Device => "simulated";

    /// <inheritdoc/>
    public int BatchSize => settings.Batch;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RenderedChannel>> RenderAsync(
        ChannelBatch batch, IProgress<BatchProgress>? progress, BatchCheckpoints? checkpoints, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var time = settings.Time(settings.BatchSeconds * (0.9 + (0.2 * random.NextDouble())));
            progress?.Report(new(1, batch.Recipe.Steps));
            await Task.Delay(Meet(random.NextDouble()) ? time * StragglerFactor : time, cancellationToken);
            device.Fleet.OnDrawn(batch.Tasks.Count);
            progress?.Report(new(batch.Recipe.Steps, batch.Recipe.Steps));
            return [.. batch.Tasks.Select(task => SampleSweeps.Rendered(task, batch.Recipe) with { Seconds = time.TotalSeconds / batch.Tasks.Count })];
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    /// <returns>Whether the batch is slow.</returns>
    private bool Meet(double chance)
    {
        if (chance < settings.Crash)
        {
            device.Crash();
        }
        else if (chance < settings.Crash + settings.Zombie)
        {
            device.CutOff();
        }

        return chance >= settings.Crash + settings.Zombie && chance < settings.Crash + settings.Zombie + settings.Straggle;
    }
}
