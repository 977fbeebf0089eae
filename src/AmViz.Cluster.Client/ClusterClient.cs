using System.Runtime.CompilerServices;
using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;

namespace AmViz.Cluster.Client;

/// <summary>A client of a cluster that reaches its grains: whoever it runs for finds the cluster's Redis and all of its coordinators.</summary>
/// <remarks>A coordinator that died is replaced within seconds, so patience is worth while.</remarks>
public sealed class ClusterClient : ISweepClient
{
    private static readonly TimeSpan FollowInterval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(2);

    // Enough to connect on a busy machine, also for those who want no second attempt.
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(3);

    // A coordinator that reads a large sweep takes its time, and is none that does not answer.
    private static readonly TimeSpan LeastAnswerTime = TimeSpan.FromSeconds(10);

    private readonly IHost _host;
    private readonly ClusterConnection _cluster;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly IGrainFactory _grains;

    private ClusterClient(IHost host, ClusterConnection cluster, TimeSpan patience, TimeProvider time)
        => (_host, _cluster, _patience, _time, _grains) = (host, cluster, patience, time, host.Services.GetRequiredService<IGrainFactory>());

    /// <summary>Connects.</summary>
    /// <param name="cluster">Which cluster.</param>
    /// <param name="patience">How long to try, now and with every call.</param>
    /// <param name="logging">Where logs go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClusterUnreachableException">There is no Redis, or no coordinator that is listed there answers.</exception>
    public static async Task<ClusterClient> ConnectAsync(
        ClusterConnection cluster, TimeSpan patience, Action<ILoggingBuilder> logging, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patient = new CancellationTokenSource(patience > LeastPatience ? patience : LeastPatience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patient.Token, cancellationToken);
        Exception? cause = null;
        try
        {
            // The end of patience is found out by the next attempt.
            return await PatientRetry.While(time, _ => !limit.IsCancellationRequested, e => cause = e).ExecuteAsync(
                async _ => new ClusterClient(await StartAsync(cluster, logging, limit.Token), cluster, patience, time), cancellationToken);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The cluster was not waited for.", e, cancellationToken);
        }
        catch (Exception e)
        {
            throw OutOfReach(cluster, patience, await ClusterSearch.ExplainAsync(cluster, time), e is OperationCanceledException ? cause : e);
        }
    }

    private static async Task<IHost> StartAsync(ClusterConnection cluster, Action<ILoggingBuilder> logging, CancellationToken limit)
    {
        var host = Build(cluster, logging);
        try
        {
            // Orleans by itself would look for a coordinator for three minutes.
            await host.StartAsync(limit).WaitAsync(limit);
            return host;
        }
        catch
        {
            Abandon(host);
            throw;
        }
    }

    /// <summary>Submits a sweep; again does no harm.</summary>
    public Task<SweepStatus> SubmitAsync(SweepPlan plan, SweepSubmission submission, CancellationToken cancellationToken)
        => Call(() => Sweep(plan.Id).Submit(plan, submission), cancellationToken);

    /// <inheritdoc/>
    public Task<SweepStatus> PauseAsync(SweepId sweep, CancellationToken cancellationToken) => Call(() => Sweep(sweep).Pause(), cancellationToken);

    /// <inheritdoc/>
    public Task<SweepStatus> ResumeAsync(SweepId sweep, CancellationToken cancellationToken) => Call(() => Sweep(sweep).Resume(), cancellationToken);

    /// <inheritdoc/>
    public Task<SweepStatus> CancelAsync(SweepId sweep, CancellationToken cancellationToken) => Call(() => Sweep(sweep).Cancel(), cancellationToken);

    /// <inheritdoc/>
    public Task<SweepStatus?> RerankAsync(SweepId sweep, int? priority, int? share, CancellationToken cancellationToken)
        => Call(() => Sweep(sweep).Rerank(priority, share), cancellationToken);

    /// <inheritdoc/>
    public Task<TaskRetry?> RetryAsync(SweepId sweep, TaskFilter filter, CancellationToken cancellationToken)
    {
        // Repeated under one id, so that an answer that was lost changes nothing.
        var request = Guid.NewGuid();
        return Call(() => Sweep(sweep).Retry(filter, request), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<TaskInspection?> InspectTaskAsync(SweepId sweep, TaskQuery query, CancellationToken cancellationToken)
        => Call(() => Sweep(sweep).InspectTask(query), cancellationToken);

    /// <inheritdoc/>
    public async Task<SweepStatus?> StatusAsync(SweepId sweep, CancellationToken cancellationToken)
    {
        var status = await Call(() => Sweep(sweep).Status(), cancellationToken);
        return status is null || status.State.HasEnded()
            ? status
            : status with { Devices = [.. (await DevicesAsync(cancellationToken)).Where(status.Concerns)] };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SweepStatus> FollowAsync(SweepId sweep, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(FollowInterval, _time);
        while (await StatusAsync(sweep, cancellationToken) is { } status)
        {
            yield return status;
            if (status.State.HasEnded())
            {
                yield break;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SweepStatus>> LiveAsync(CancellationToken cancellationToken)
    {
        var ranked = await Call(() => Index.Ranked(), cancellationToken);
        var statuses = await Task.WhenAll(ranked.Select(sweep => Call(() => Sweep(sweep.Id).Status(), cancellationToken)));
        return [.. statuses.OfType<SweepStatus>()];
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SweepStatus>> AllAsync(CancellationToken cancellationToken) => Call(() => Index.All(), cancellationToken);

    /// <summary>The devices of the cluster.</summary>
    public Task<IReadOnlyList<DeviceStatus>> DevicesAsync(CancellationToken cancellationToken) => Call(() => Index.Devices(), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(LeavePatience, _time);
        // What was to be done is done; the cluster forgets clients that are gone.
        await _host.StopAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _host.Dispose();
    }

    private ISweepIndexGrain Index => _grains.GetGrain<ISweepIndexGrain>(ISweepIndexGrain.Key);

    private ISweepGrain Sweep(SweepId sweep) => _grains.GetGrain<ISweepGrain>(sweep.Value);

    private async Task<T> Call<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        try
        {
            return await PatientRetry.While(_time, e => ClusterFailures.MayPass(e) && _time.GetElapsedTime(started) <= _patience).ExecuteAsync(
                async cancel =>
                {
                    var left = _patience - _time.GetElapsedTime(started);
                    return await call().WaitAsync(left > LeastAnswerTime ? left : LeastAnswerTime, _time, cancel);
                },
                cancellationToken);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The call was given up.", e, cancellationToken);
        }
        catch (Exception e) when (ClusterFailures.MayPass(e))
        {
            throw e is StoreUnreachableException
                ? new ClusterUnreachableException($"The cluster '{_cluster.ClusterId}' at {_cluster.Redis} answers, but its coordinators cannot use their store for {_patience.TotalSeconds:0} s: {e.Message}", e)
                : OutOfReach(_cluster, _patience, ClusterFailures.Describe(e), e);
        }
    }

    // Whatever it still waits for, nobody waits for it; what fails there is of a client that never began.
    private static void Abandon(IHost host) => _ = Task.Run(host.Dispose);

    private static ClusterUnreachableException OutOfReach(ClusterConnection cluster, TimeSpan patience, string why, Exception? cause)
        => new($"The cluster '{cluster.ClusterId}' at {cluster.Redis} is out of reach for {patience.TotalSeconds:0} s: {why} Is Redis running there, is a coordinator alive ('amviz silo --role coordinator'), and is the name of the cluster right?", cause);

    private static IHost Build(ClusterConnection cluster, Action<ILoggingBuilder> logging)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLogging(logging);
        builder.Services.Configure<ExceptionSerializationOptions>(RemoteExceptions.AllowAll);
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        builder.UseOrleansClient(client =>
        {
            client
                .Configure<ClusterOptions>(names => (names.ClusterId, names.ServiceId) = (cluster.ClusterId, cluster.ServiceId))
                .Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = cluster.Timings.Alive)
                .UseRedisClustering(clustering => clustering.ConfigurationOptions = cluster.Redis.ToConfiguration());
            if (cluster.Certificates is { } certificates)
            {
                client.UseTls(certificates.Apply);
            }
        });
        return builder.Build();
    }
}
