using AmViz.Cluster.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using Orleans.Runtime;
using StackExchange.Redis;

namespace AmViz.Cluster.Silo;

/// <summary>Notices that Redis has lost its data, and writes the silo's own row of the membership table back.</summary>
/// <remarks>
/// Orleans itself goes on forever with a row that cannot be updated, and nobody who is new finds the others (issue 7784 of
/// dotnet/orleans). Members know each other from memory, so nothing stops meanwhile, and once each has written its row back the
/// table is whole. What is written is what was read: a field of the hash that Orleans 10.4 keeps for a cluster, and the table's version,
/// which must not go backwards since members do not listen to an older table than they know.
/// </remarks>
internal sealed partial class MembershipWatch(
    ILocalSiloDetails silo, IOptions<RedisClusteringOptions> clustering, IOptions<ClusterOptions> names, ClusterConnection cluster, SiloInstruments instruments, TimeProvider time, ILogger<MembershipWatch> log)
    : BackgroundService
{
    private const string VersionField = "Version";

    private readonly RedisKey _table = clustering.Value.CreateRedisKey(names.Value);
    private readonly RedisValue _row = silo.SiloAddress.ToString();
    private RedisValue _rowSeen = RedisValue.Null;
    private RedisValue _versionSeen = RedisValue.Null;
    private bool _isAway;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(cluster.Timings.Alive, time);
        ConnectionMultiplexer? redis = null;
        try
        {
            do
            {
                try
                {
                    redis ??= await ConnectionMultiplexer.ConnectAsync(cluster.Redis.ToConfiguration());
                    await Look(redis.GetDatabase());
                    Told(isAway: false, error: null);
                }
                catch (Exception e)
                {
                    instruments.OnRedisFailed();
                    // Out of reach is not lost. Redis has many ways to be so (its timeouts are no RedisException), and none may end the silo.
                    Told(isAway: true, e);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo leaves.
        }
        finally
        {
            await (redis?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    // Once when it begins and once when it ends: an hour without Redis is not a thousand lines.
    private void Told(bool isAway, Exception? error)
    {
        if (isAway == _isAway)
        {
            return;
        }

        _isAway = isAway;
        if (error is not null)
        {
            LogOutOfReach(cluster.Redis.ToString(), ClusterFailures.Describe(error));
        }
        else
        {
            LogBack(cluster.Redis.ToString());
        }
    }

    private async Task Look(IDatabase redis)
    {
        var asked = time.GetTimestamp();
        var answer = await redis.HashGetAsync(_table, [_row, VersionField]);
        instruments.OnRedisAnswered(time.GetElapsedTime(asked).TotalSeconds);
        if (answer is [{ IsNull: false } row, { IsNull: false } version])
        {
            (_rowSeen, _versionSeen) = (row, version);
        }
        else if (!_rowSeen.IsNull)
        {
            await WriteBack(redis);
        }
    }

    private async Task WriteBack(IDatabase redis)
    {
        await redis.HashSetAsync(_table, _row, _rowSeen, When.NotExists);
        var version = await redis.HashGetAsync(_table, VersionField);
        if (version.IsNull || (version.TryParse(out long there) && _versionSeen.TryParse(out long seen) && there < seen))
        {
            await redis.HashSetAsync(_table, VersionField, _versionSeen);
        }

        LogWrittenBack(cluster.Redis.ToString());
    }

    [LoggerMessage(1, LogLevel.Warning, "{Redis} is out of reach: {Error} Work goes on; silos cannot join or be found until it is back.")]
    private partial void LogOutOfReach(string redis, string error);

    [LoggerMessage(3, LogLevel.Information, "{Redis} is back.")]
    private partial void LogBack(string redis);

    [LoggerMessage(2, LogLevel.Warning, "{Redis} has lost its data. This silo has written its own row of the membership table back; work goes on.")]
    private partial void LogWrittenBack(string redis);
}
