using AmViz.Cluster.Abstractions;

namespace AmViz.Cli.Running;

/// <summary>Shows how far a sweep is.</summary>
internal interface IRunDisplay
{
    /// <summary>Runs <paramref name="work"/> and shows what it reports.</summary>
    Task<T> ShowAsync<T>(Func<IProgress<SweepStatus>, Task<T>> work);
}

/// <summary>Calls back at once and on the thread that reports, so that nothing comes after the end.</summary>
internal sealed class Reporter(Action<SweepStatus> report) : IProgress<SweepStatus>
{
    /// <inheritdoc/>
    public void Report(SweepStatus value) => report(value);
}
