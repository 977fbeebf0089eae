namespace AmViz.Cli.Running;

/// <summary>Calls back at once and on the thread that reports, so that nothing comes after the end: <see cref="Progress{T}"/> posts to a thread of the pool, out of order.</summary>
internal sealed class DirectProgress<T>(Action<T> report) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => report(value);
}
