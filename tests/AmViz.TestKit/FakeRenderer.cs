using System.Collections.Concurrent;
using AmViz.Sweeps;

namespace AmViz.TestKit;

/// <summary>A device without mathematics: pictures are <see cref="FakePictures"/>, and tests say what goes wrong.</summary>
/// <param name="batchSize">Images drawn at once.</param>
/// <param name="device">Its name.</param>
public sealed class FakeRenderer(int batchSize = 1, string device = "cpu") : IChannelRenderer
{
    private readonly ConcurrentQueue<ChannelBatch> _batches = new();
    private readonly ConcurrentQueue<AscentCheckpoint> _resumed = new();
    private Task _turn = Task.CompletedTask;

    /// <inheritdoc/>
    public string Device => device;

    /// <inheritdoc/>
    public int BatchSize => batchSize;

    /// <summary>How a task ends; by default all are rendered. May throw, and then the batch crashes.</summary>
    public Func<ChannelTask, ChannelOutcome> Outcome { get; set; } = _ => ChannelOutcome.Rendered;

    /// <summary>Awaited before each batch is drawn: holds the device up. Told the batch's number, from 1.</summary>
    public Func<int, CancellationToken, Task> BeforeBatch { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Awaited before each step: holds the device up. Told the steps done.</summary>
    public Func<int, CancellationToken, Task> BeforeStep { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Every how many steps a batch is saved, and when it is stopped; 0: never.</summary>
    public int SaveEvery { get; set; }

    /// <summary>Which checkpoints this device can go on from; by default all.</summary>
    public Func<AscentCheckpoint, bool> CanGoOnFrom { get; set; } = _ => true;

    /// <summary>Told how each batch is to be saved.</summary>
    public Action<BatchCheckpoints?> Watch { get; set; } = _ => { };

    /// <summary>Checkpoints that batches went on from, in order.</summary>
    public IReadOnlyList<AscentCheckpoint> Resumed => [.. _resumed];

    /// <summary>Steps done, a batch's step counted once.</summary>
    public int StepsDone { get; private set; }

    /// <summary>Batches given to the device, in order, whatever became of them.</summary>
    public IReadOnlyList<ChannelBatch> Batches => [.. _batches];

    /// <summary>Tasks of all batches.</summary>
    public IReadOnlyList<ChannelTask> Tasks => [.. _batches.SelectMany(batch => batch.Tasks)];

    /// <summary>Batches that were drawn to their end.</summary>
    public int Finished { get; private set; }

    /// <inheritdoc/>
    public bool CanResume(AscentCheckpoint checkpoint) => CanGoOnFrom(checkpoint);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RenderedChannel>> RenderAsync(
        ChannelBatch batch, IProgress<BatchProgress>? progress, BatchCheckpoints? checkpoints, CancellationToken cancellationToken)
    {
        _batches.Enqueue(batch);
        Watch(checkpoints);
        var number = _batches.Count;
        var before = _turn;
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _turn = turn.Task;
        await before;
        try
        {
            await BeforeBatch(number, cancellationToken);
            var start = Start(checkpoints);
            await Ascend(batch, start, progress, checkpoints, cancellationToken);
            RenderedChannel[] drawn = [.. batch.Tasks.Select(task => Draw(task, batch.Recipe) with { ResumedAt = start })];
            Finished++;
            return drawn;
        }
        finally
        {
            turn.SetResult();
        }
    }

    private int Start(BatchCheckpoints? checkpoints)
    {
        foreach (var checkpoint in checkpoints?.Resume ?? [])
        {
            _resumed.Enqueue(checkpoint);
        }

        return checkpoints?.Resume is [var first, ..] ? first.Step : 0;
    }

    private async Task Ascend(
        ChannelBatch batch, int start, IProgress<BatchProgress>? progress, BatchCheckpoints? checkpoints, CancellationToken cancellationToken)
    {
        for (var step = start; step < batch.Recipe.Steps; step++)
        {
            try
            {
                await BeforeStep(step, cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
            }
            catch (OperationCanceledException) when (SaveEvery > 0 && step > start)
            {
                await Save(batch, step, checkpoints);
                throw;
            }

            StepsDone++;
            progress?.Report(new(step + 1, batch.Recipe.Steps));
            if (SaveEvery > 0 && (step + 1) % SaveEvery == 0 && step + 1 < batch.Recipe.Steps)
            {
                await Save(batch, step + 1, checkpoints);
            }
        }
    }

    private static Task Save(ChannelBatch batch, int step, BatchCheckpoints? checkpoints) => checkpoints is null
        ? Task.CompletedTask
        : checkpoints.Save([.. batch.Tasks.Select(task => SampleSweeps.Checkpoint(task, batch.Recipe, step))]);

    private RenderedChannel Draw(ChannelTask task, RenderRecipe recipe)
        => Outcome(task) is var outcome && outcome == ChannelOutcome.Rendered
            ? SampleSweeps.Rendered(task, recipe)
            : SampleSweeps.NotRendered(outcome, task, recipe);
}
