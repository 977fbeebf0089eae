using AmViz.Cluster.Abstractions;

namespace AmViz.Cli.Running;

/// <summary>Shows how far a sweep is.</summary>
internal interface IRunDisplay
{
    /// <summary>Runs <paramref name="work"/> and shows what it reports.</summary>
    Task<T> ShowAsync<T>(Func<IProgress<SweepStatus>, Task<T>> work);
}
