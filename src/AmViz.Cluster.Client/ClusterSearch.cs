using Orleans.Clustering.Redis;
using Orleans.Configuration;
using StackExchange.Redis;

namespace AmViz.Cluster.Client;

/// <summary>Why a cluster was not found, asked of Redis itself: Orleans only says that it found no gateway, or nothing at all.</summary>
internal static class ClusterSearch
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The cause, in a sentence.</summary>
    public static async Task<string> ExplainAsync(ClusterConnection cluster, TimeProvider time)
    {
        try
        {
            return await IsListedAsync(cluster).WaitAsync(Patience, time)
                ? "No coordinator that is listed there answers."
                : "No cluster of that name is listed there.";
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return e is RedisException ? ClusterFailures.Describe(e) : "Redis does not answer.";
        }
    }

    private static async Task<bool> IsListedAsync(ClusterConnection cluster)
    {
        var table = new RedisClusteringOptions().CreateRedisKey(new ClusterOptions { ClusterId = cluster.ClusterId, ServiceId = cluster.ServiceId });
        var configuration = cluster.Redis.ToConfiguration();
        (configuration.ConnectTimeout, configuration.ConnectRetry) = ((int)ConnectPatience.TotalMilliseconds, 1);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(configuration);
        // Whoever looks for a cluster writes the version of an empty table.
        return await redis.GetDatabase().HashLengthAsync(table) > 1;
    }
}
