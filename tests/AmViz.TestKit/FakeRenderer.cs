using System.Collections.Concurrent;
using AmViz.Sweeps;

namespace AmViz.TestKit;

/// <summary>A device without mathematics: pictures are <see cref="FakePictures"/>, and tests say what goes wrong.</summary>
/// <param name="batchSize">Images drawn at once.</param>
/// <param name="device">Its name.</param>
public sealed class FakeRenderer(int batchSize = 1, string device = "cpu") : IChannelRenderer
{
    private readonly ConcurrentQueue<ChannelBatch> _batches = new();
    private Task _turn = Task.CompletedTask;

    /// <inheritdoc/>
    public string Device => device;

    /// <inheritdoc/>
    public int BatchSize => batchSize;

    /// <summary>How a task ends; by default all are rendered. May throw, and then the batch crashes.</summary>
    public Func<ChannelTask, ChannelOutcome> Outcome { get; set; } = _ => ChannelOutcome.Rendered;

    /// <summary>Awaited before each batch is drawn: holds the device up. Told the batch's number, from 1.</summary>
    public Func<int, CancellationToken, Task> BeforeBatch { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Batches given to the device, in order, whatever became of them.</summary>
    public IReadOnlyList<ChannelBatch> Batches => [.. _batches];

    /// <summary>Tasks of all batches.</summary>
    public IReadOnlyList<ChannelTask> Tasks => [.. _batches.SelectMany(batch => batch.Tasks)];

    /// <summary>Batches that were drawn to their end.</summary>
    public int Finished { get; private set; }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RenderedChannel>> RenderAsync(
        ChannelBatch batch, IProgress<BatchProgress>? progress, CancellationToken cancellationToken)
    {
        _batches.Enqueue(batch);
        var number = _batches.Count;
        var before = _turn;
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _turn = turn.Task;
        await before;
        try
        {
            await BeforeBatch(number, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new(batch.Recipe.Steps, batch.Recipe.Steps));
            RenderedChannel[] drawn = [.. batch.Tasks.Select(task => Draw(task, batch.Recipe))];
            Finished++;
            return drawn;
        }
        finally
        {
            turn.SetResult();
        }
    }

    private RenderedChannel Draw(ChannelTask task, RenderRecipe recipe)
        => Outcome(task) is var outcome && outcome == ChannelOutcome.Rendered
            ? SampleSweeps.Rendered(task, recipe)
            : SampleSweeps.NotRendered(outcome, task, recipe);
}
