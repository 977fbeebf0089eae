using System.Runtime.InteropServices;

namespace AmViz.Cluster.Api;

/// <summary>The present run of a sweep in equal stretches of time.</summary>
/// <param name="From">Its beginning; null: it has none yet.</param>
/// <param name="Until">The end of the last stretch.</param>
/// <param name="BucketSeconds">Length of a stretch.</param>
/// <param name="DeviceSeconds">Seconds that devices spent on all runs together.</param>
/// <param name="PicturesPerSecond">Pictures a second of the last five minutes, without channels that ended without one; 0 of a sweep that does not run.</param>
/// <param name="Devices">Those that brought results, the busiest first; beyond fifty they are one without a name.</param>
/// <param name="Moments">What was done to the sweep in this run, oldest first: how it began, and at most the last 99 changes after that.</param>
public sealed record SweepTimeline(
    DateTimeOffset? From, DateTimeOffset? Until, double BucketSeconds, double DeviceSeconds, double PicturesPerSecond, IReadOnlyList<DeviceTimeline> Devices, IReadOnlyList<SweepMoment> Moments)
{
    private const int MostDevices = 50;

    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(5);

    /// <summary>Counts the rows of the present run.</summary>
    internal static SweepTimeline Of(RowTable table, SweepStatus status, IReadOnlyList<SweepMoment> moments, int buckets, DateTimeOffset now)
    {
        var began = status.StartedAt ?? DateTimeOffset.MinValue;
        TaskRow[] rows = [.. table.Ended().Select(ended => ended.Row).Where(row => !row.Skipped && row.CommittedAt >= began)];
        if (status.StartedAt is not { } from)
        {
            return new(null, null, 0, table.DeviceSeconds, 0, [], moments);
        }

        var until = status.State.HasEnded() || status.State == SweepState.Paused ? Latest(rows, moments, from) : now;
        var span = Math.Max((until - from).TotalSeconds, 1);
        var devices = Count(rows, from, span / buckets, buckets);
        return new(from, from.AddSeconds(span), span / buckets, table.DeviceSeconds, Rate(rows, status, now), devices, moments);
    }

    private static DateTimeOffset Latest(TaskRow[] rows, IReadOnlyList<SweepMoment> moments, DateTimeOffset from)
        => rows.Select(row => row.CommittedAt).Concat(moments.Select(moment => moment.At)).Append(from).Max();

    private static double Rate(TaskRow[] rows, SweepStatus status, DateTimeOffset now)
    {
        if (status.State != SweepState.Running || status.StartedAt is not { } from)
        {
            return 0;
        }

        var since = now - Recent > from ? now - Recent : from;
        var seconds = (now - since).TotalSeconds;
        return seconds > 0 ? rows.Count(row => row.Outcome == ChannelOutcome.Rendered && row.CommittedAt >= since) / seconds : 0;
    }

    private static DeviceTimeline[] Count(TaskRow[] rows, DateTimeOffset from, double seconds, int buckets)
    {
        var devices = new Dictionary<string, DeviceTimeline>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            ref var device = ref CollectionsMarshal.GetValueRefOrAddDefault(devices, row.Device ?? "", out _);
            device ??= new(row.Device, new int[buckets], new int[buckets]);
            var bucket = Math.Clamp((int)((row.CommittedAt - from).TotalSeconds / seconds), 0, buckets - 1);
            (row.Outcome == ChannelOutcome.Rendered ? device.Rendered : device.Failed)[bucket]++;
        }

        DeviceTimeline[] busiest = [.. devices.Values.OrderByDescending(device => device.Rendered.Sum() + device.Failed.Sum()).ThenBy(device => device.Device, StringComparer.Ordinal)];
        return busiest.Length <= MostDevices ? busiest : [.. busiest.Take(MostDevices), DeviceTimeline.Sum(busiest[MostDevices..], buckets)];
    }
}
