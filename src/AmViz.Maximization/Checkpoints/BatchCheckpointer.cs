namespace AmViz.Maximization;

/// <summary>Lets a batch go on from its checkpoints, and saves it between two steps when it has run for long.</summary>
/// <remarks>
/// The device copies its state to the host and goes on; whatever takes time (check sums, the store) happens on another thread, and a
/// checkpoint that comes due while the last one is still on its way is left out.
/// </remarks>
/// <param name="batch">What is drawn.</param>
/// <param name="environment">Where: part of every checkpoint, as other kernels give other bits.</param>
/// <param name="how">How often, and where to.</param>
internal sealed class BatchCheckpointer(ChannelBatch batch, RenderEnvironment environment, BatchCheckpoints how)
{
    private long _savedAt = how.Clock.GetTimestamp();
    private int _savedStep;

    /// <summary>Step that the batch went on from; 0: it began anew.</summary>
    public int ResumedAt { get; private set; }

    /// <summary>Ends when all that was saved is on its way no more.</summary>
    public Task Written { get; private set; } = Task.CompletedTask;

    /// <summary>Whether an ascent in <paramref name="environment"/> goes on from a checkpoint as the one that wrote it would have.</summary>
    public static bool CanResume(AscentCheckpoint checkpoint, RenderEnvironment environment)
        => checkpoint.Environment == environment && checkpoint.Software == SoftwareVersion.Current && checkpoint.Step > 0;

    /// <summary>Restores the batch, whole or not at all.</summary>
    /// <param name="state">The ascent before its first step.</param>
    /// <returns>Steps that are done.</returns>
    public int Resume(AscentState state)
    {
        _savedAt = how.Clock.GetTimestamp();
        if (how.Resume is [var first, ..]
            && how.Resume.Select(checkpoint => checkpoint.Task).SequenceEqual(batch.Tasks)
            && how.Resume.All(checkpoint => checkpoint.Step == first.Step && checkpoint.RecipeHash == batch.Recipe.Hash && CanResume(checkpoint, environment))
            && first.Step < batch.Recipe.Steps
            && state.TryRestore(first.Step, [.. PaddedBatch.Fill(how.Resume, batch.PaddedSize).Select(checkpoint => checkpoint.State)]))
        {
            ResumedAt = _savedStep = first.Step;
        }

        return ResumedAt;
    }

    /// <summary>Saves the ascent if it is time, or if it is to stop here.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="state">The ascent between two steps.</param>
    /// <param name="stopping">Fires when the batch is to stop.</param>
    public void Save(int step, AscentState state, CancellationToken stopping)
    {
        var worked = how.Clock.GetElapsedTime(_savedAt);
        var isHurried = stopping.IsCancellationRequested || how.Leaving.IsCancellationRequested;
        var isDue = worked >= (isHurried ? how.MinimumWork : how.Interval) && (stopping.IsCancellationRequested || Written.IsCompleted);
        if (isDue && step > _savedStep)
        {
            Written = Write(Written, step, state.Save(batch.Tasks.Count, batch.Recipe.Facets?.Count ?? 1));
            (_savedAt, _savedStep) = (how.Clock.GetTimestamp(), step);
        }
    }

    private Task Write(Task before, int step, IReadOnlyList<byte[]> states) => Task.Run(async () =>
    {
        await before;
        await how.Save([.. batch.Tasks.Zip(states, (task, state) => new AscentCheckpoint
        {
            Task = task,
            RecipeHash = batch.Recipe.Hash,
            Environment = environment,
            Software = SoftwareVersion.Current,
            Step = step,
            State = state,
        })]);
    });
}
