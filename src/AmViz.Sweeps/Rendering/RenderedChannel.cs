namespace AmViz.Sweeps;

/// <summary>What came of one channel task. Stays on its device's machine: pictures never travel through grains.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Record">Facts about it; the same as inside the picture.</param>
/// <param name="Picture">PNG file with the record in it; empty unless <see cref="ChannelOutcome.Rendered"/>.</param>
/// <param name="Error">What went wrong, for people; null when rendered.</param>
/// <param name="Seconds">Time on the device for the steps done here, divided by the number of tasks in the batch.</param>
public sealed record RenderedChannel(
    ChannelOutcome Outcome,
    ChannelRecord Record,
    ReadOnlyMemory<byte> Picture,
    string? Error,
    double Seconds)
{
    /// <summary>What the task is of that draws nothing, and <see cref="Picture"/> is what came of it; null: it is a picture.</summary>
    public IComputedWork? Work { get; init; }

    /// <summary>Steps that were taken over from a checkpoint; 0: all were done here.</summary>
    public int ResumedAt { get; init; }
}
