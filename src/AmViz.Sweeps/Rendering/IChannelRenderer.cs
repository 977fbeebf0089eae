namespace AmViz.Sweeps;

/// <summary>The seam between the cluster and the mathematics: draws a batch on one device.</summary>
/// <remarks>
/// Calls may overlap; batches are drawn one after another in the order of the calls, so that a caller who asks for the next
/// batch early keeps the device busy while pictures are encoded and stored.
/// </remarks>
public interface IChannelRenderer
{
    /// <summary>The device, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    string Device { get; }

    /// <summary>Images that this device computes at once; the padded size of every batch it is given.</summary>
    int BatchSize { get; }

    /// <summary>Whether this renderer can go on from a checkpoint and end with the same bits as one that was never disturbed.</summary>
    bool CanResume(AscentCheckpoint checkpoint) => false;

    /// <summary>Draws all tasks of <paramref name="batch"/>, one result a task, in the same order.</summary>
    /// <param name="batch">What to draw.</param>
    /// <param name="progress">Receives the progress of the batch; may be null.</param>
    /// <param name="checkpoints">Where to go on from, and how to save a long batch; null: from the beginning, and nothing is saved.</param>
    /// <param name="cancellationToken">Honoured between two ascent steps; what was reached is saved before.</param>
    /// <exception cref="OperationCanceledException">Cancelled; nothing of the batch counts.</exception>
    /// <exception cref="ChannelRenderException">The batch as a whole could not be drawn, and may itself be to blame.</exception>
    /// <exception cref="DeviceFaultException">The device or what it needs is at fault; none of the tasks is to blame.</exception>
    Task<IReadOnlyList<RenderedChannel>> RenderAsync(
        ChannelBatch batch, IProgress<BatchProgress>? progress, BatchCheckpoints? checkpoints, CancellationToken cancellationToken);
}

/// <summary>How far a batch is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps of the recipe.</param>
public readonly record struct BatchProgress(int Step, int Steps);

/// <summary>A batch could not be drawn, and one of its tasks may be to blame. What no task can cause is a <see cref="DeviceFaultException"/>.</summary>
/// <param name="message">What was found, what was expected, what to do.</param>
/// <param name="innerException">The cause.</param>
public sealed class ChannelRenderException(string message, Exception? innerException = null) : Exception(message, innerException);
