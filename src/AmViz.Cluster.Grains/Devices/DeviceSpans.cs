using System.Diagnostics;

namespace AmViz.Cluster.Grains;

/// <summary>Spans of a device: a lease, below it its batches on the device and their way into the store. They cost nothing unless somebody listens.</summary>
public static class DeviceSpans
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "AmViz.Cluster";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>From the moment the lease is received until its results are reported.</summary>
    internal static Activity? Lease(string device, Lease lease) => Describe(Source.StartActivity("lease"), lease)
        ?.SetTag("amviz.device", device)
        .SetTag("amviz.tasks", lease.Tasks.Count);

    /// <summary>A batch, from when it is sent to the device until it is off it.</summary>
    internal static Activity? Batch(ActiveLease lease, int images) => Below(lease, "batch", images);

    /// <summary>The pictures of a batch on their way into the store.</summary>
    internal static Activity? Store(ActiveLease lease, int images) => Below(lease, "store", images);

    /// <summary>The span ends with an error.</summary>
    internal static void Fail(this Activity? span, Exception error)
        => span?.SetStatus(error is OperationCanceledException ? ActivityStatusCode.Unset : ActivityStatusCode.Error, error.Message).AddException(error);

    private static Activity? Below(ActiveLease lease, string name, int images)
        => lease.Span is { } parent
            ? Describe(Source.StartActivity(name, ActivityKind.Internal, parent.Context), lease.Lease)?.SetTag("amviz.images", images)
            : null;

    private static Activity? Describe(Activity? span, Lease lease)
    {
        var shard = lease.Shard.Id;
        return span
            ?.SetTag("amviz.sweep", shard.Sweep.Value)
            .SetTag("amviz.model", shard.Model)
            .SetTag("amviz.layer", shard.Layer)
            .SetTag("amviz.lease", lease.Token.ToString());
    }
}
