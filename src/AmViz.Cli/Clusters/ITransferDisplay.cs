using AmViz.Networks;

namespace AmViz.Cli.Clusters;

/// <summary>Shows how far files are on their way.</summary>
internal interface ITransferDisplay
{
    /// <summary>Does work and shows its progress.</summary>
    Task<T> ShowAsync<T>(Func<IProgress<DownloadProgress>, Task<T>> work);
}
