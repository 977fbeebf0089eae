using System.Diagnostics;
using AmViz.Responses;

namespace AmViz.Cli.Neighbours;

/// <summary>What an index finds among made-up channels, and how fast.</summary>
/// <param name="Channels">Number of channels.</param>
/// <param name="Photographs">Numbers of a vector.</param>
/// <param name="Clusters">Centres around which the channels lie.</param>
/// <param name="Count">Neighbours of a channel.</param>
/// <param name="Seconds">To build the index and to look up all channels.</param>
/// <param name="Recall">Share of the exact neighbours that were found, over a sample of channels.</param>
internal sealed record NeighbourBenchmarkResult(int Channels, int Photographs, int Clusters, int Count, double Seconds, double Recall);

/// <summary>Measures the index.</summary>
internal static class NeighbourBenchmark
{
    /// <summary>Fewest channels that are worth it.</summary>
    public const int FewestChannels = 100;

    private const int ChannelsOfCluster = 20;
    private const int Count = 5;

    /// <summary>Builds, looks up, compares a sample with the exact neighbours.</summary>
    /// <param name="channels">At least <see cref="FewestChannels"/>.</param>
    /// <param name="report">Told the share that is done.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static NeighbourBenchmarkResult Measure(int channels, Action<double> report, CancellationToken cancellationToken)
    {
        var clusters = channels / ChannelsOfCluster;
        var vectors = MadeUpChannels.Make(channels, ResponseSample.Capacity, clusters, seed: 1);
        var pass = new PassVectors("made up", [.. Enumerable.Range(0, channels).Select(channel => new ChannelPlace("made up", "none", "made up", channel))], vectors, Constant: 0, NotFinite: 0);
        var timed = new TimedSearch(new IndexSearch());
        var found = Neighbourhood.Find(pass, pass, Count, timed, report, cancellationToken);
        return new(channels, ResponseSample.Capacity, clusters, Count, timed.Seconds, found.Recall);
    }

    /// <summary>Measures a search without the check of its recall.</summary>
    private sealed class TimedSearch(INearestSearch search) : INearestSearch
    {
        public string Name => search.Name;

        public double Seconds { get; private set; }

        public IReadOnlyList<Neighbour>[] Find(
            IReadOnlyList<float[]> targets, IReadOnlyList<float[]> queries, int count, Action<double> report, CancellationToken cancellationToken)
        {
            var begin = Stopwatch.GetTimestamp();
            var found = search.Find(targets, queries, count, report, cancellationToken);
            Seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            return found;
        }
    }
}
