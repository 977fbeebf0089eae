namespace AmViz.Cli.Computing;

/// <summary>Work that draws nothing, with all that a device needs for its tasks: networks above all.</summary>
internal interface IOpenedWork : IDisposable
{
    /// <summary>What chooses the last bits: backend, processor and threads.</summary>
    string Environment { get; }

    /// <summary>Whether a task can be computed with what is open.</summary>
    /// <param name="work">What it is of.</param>
    /// <param name="task">The task.</param>
    bool Serves(IComputedWork work, ChannelTask task);

    /// <summary>Computes a task.</summary>
    /// <param name="work">What the task is of; it is served.</param>
    /// <param name="task">The task.</param>
    /// <param name="steps">Steps that it has.</param>
    /// <param name="report">Told how many of them are done.</param>
    /// <param name="cancellationToken">Honoured between two of them.</param>
    /// <returns>The file that comes of it.</returns>
    Task<ReadOnlyMemory<byte>> ComputeAsync(IComputedWork work, ChannelTask task, int steps, Action<int> report, CancellationToken cancellationToken);
}
