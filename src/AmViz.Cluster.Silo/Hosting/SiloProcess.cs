using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Client;
using AmViz.Cluster.Grains;
using AmViz.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using StackExchange.Redis;

namespace AmViz.Cluster.Silo;

/// <summary>A silo of a cluster that lives as long as its process, and joins again when the cluster has lost sight of it.</summary>
/// <param name="options">What the silo is made of. One that names no cluster is a cluster of its own.</param>
/// <param name="settings">How the process behaves.</param>
public sealed class SiloProcess(SiloDefinition options, SiloProcessSettings settings)
{
    // Its leases are with others already, and nobody listens to its good-bye.
    private static readonly TimeSpan EvictionBudget = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LastGrace = TimeSpan.FromSeconds(1);

    private readonly string _cluster = options.Cluster is { } cluster ? $"The cluster '{cluster.ClusterId}' at {cluster.Redis}" : "The cluster of this process";

    private readonly SiloLife _life = options.Observatory?.Life ?? new();

    /// <summary>Runs until it is told to leave, or has done its errand.</summary>
    /// <param name="onReady">Told whenever the silo has joined: its address.</param>
    /// <param name="cancellationToken">Leaves: takes no new work, ends what fits <see cref="SiloProcessSettings.DrainBudget"/>, gives the rest back.</param>
    /// <exception cref="ClusterUnreachableException">The cluster could not be joined for <see cref="SiloProcessSettings.JoinPatience"/>.</exception>
    /// <exception cref="InvalidOperationException">The silo stopped of itself; its log says why.</exception>
    public async Task RunAsync(Action<string> onReady, CancellationToken cancellationToken)
    {
        // At once, not when the wait below has noticed: whoever asks is not to send work to a silo that leaves.
        await using var draining = cancellationToken.Register(_life.Drain);
        while (await RunOnce(onReady, cancellationToken))
        {
            // Joins again.
        }
    }

    /// <summary>One life of the silo.</summary>
    /// <returns>Whether to join again.</returns>
    private async Task<bool> RunOnce(Action<string> onReady, CancellationToken cancellationToken)
    {
        var host = await Join(cancellationToken);
        var rejoining = host.Services.GetRequiredService<Rejoining>();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        _life.Join();
        options.Observatory?.Dashboard?.Show(host.Services);
        options.Observatory?.Api?.Join(host.Services.GetRequiredService<IGrainFactory>());
        using var evicted = rejoining.Requested.Register(_life.Evict);
        onReady(host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString());
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, rejoining.Requested, lifetime.ApplicationStopping);
        var errand = settings.Errand(host.Services.GetRequiredService<IGrainFactory>(), over.Token);
        await Task.WhenAny(errand, Task.Delay(Timeout.Infinite, over.Token));
        if (errand.IsCompleted && !over.IsCancellationRequested)
        {
            _life.Drain();
            await Leave(host, settings.DrainBudget + settings.LeaveBudget);
            await errand;
            return false;
        }

        var stoppedItself = lifetime.ApplicationStopping.IsCancellationRequested;
        var wasEvicted = rejoining.Reason is not null && !cancellationToken.IsCancellationRequested;
        await Leave(host, wasEvicted ? EvictionBudget : settings.DrainBudget + settings.LeaveBudget);
        return cancellationToken.IsCancellationRequested ? false
            : rejoining.Reason is not null ? true
            : stoppedItself ? throw new InvalidOperationException("The silo stopped of itself; its log says why.")
            : false;
    }

    private async Task<IHost> Join(CancellationToken cancellationToken)
    {
        var started = settings.Time.GetTimestamp();
        var hasTold = false;
        try
        {
            return await PatientRetry.While(settings.Time, Repeats, TellOnce).ExecuteAsync(
                // A start that waits for Redis does not hear that it is cancelled; whoever leaves does not wait for its end.
                async cancel => await StartAsync(cancel).WaitAsync(cancel), cancellationToken);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("Told to leave before it had joined.", e, cancellationToken);
        }
        catch (Exception e) when (e is not StorageException)
        {
            throw new ClusterUnreachableException(
                $"{_cluster} could not be joined for {settings.JoinPatience.TotalSeconds:0} s: {ClusterFailures.Describe(e)} Is Redis running there, and are its members reachable from here?", e);
        }

        bool Repeats(Exception e)
            => e is not StorageException && !cancellationToken.IsCancellationRequested && settings.Time.GetElapsedTime(started) <= settings.JoinPatience;

        void TellOnce(Exception e)
        {
            if (!hasTold)
            {
                hasTold = true;
                settings.OnWaiting($"{_cluster} cannot be joined yet: {ClusterFailures.Describe(e)} It is tried again for {settings.JoinPatience.TotalSeconds:0} s.");
            }
        }
    }

    private async Task<IHost> StartAsync(CancellationToken cancellationToken)
    {
        if (options.Cluster is { } cluster)
        {
            // To make a host and to see it fail takes a second of a processor and some 10 MB: too much for every two seconds while Redis is away.
            await using var redis = await ConnectionMultiplexer.ConnectAsync(cluster.Redis.ToConfiguration());
        }

        return await SiloHosts.StartAsync(options, settings.Logging, settings.DrainBudget + settings.LeaveBudget, cancellationToken);
    }

    private async Task Leave(IHost host, TimeSpan budget)
    {
        // Before it goes: what it cannot answer any more is another coordinator's.
        options.Observatory?.Api?.Leave();
        using var grace = new CancellationTokenSource(budget, settings.Time);
        // A silo that cannot say good-bye is found dead by the others; waiting for it any longer helps nobody.
        await host.StopAsync(grace.Token).WaitAsync(budget + LastGrace, settings.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        options.Observatory?.Dashboard?.Hide();
        host.Services.GetRequiredService<SiloGauges>().Dispose();
        await Dispose(host);
    }

    /// <summary>Frees the silo's ports and writes its last log lines, as far as that can be done quickly.</summary>
    /// <remarks>What hangs or fails in a silo that is gone is nobody's concern any more.</remarks>
    private async Task Dispose(IHost host)
        => await Task.Run(host.Dispose).WaitAsync(LastGrace, settings.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

/// <summary>How the process of a silo behaves.</summary>
public sealed record SiloProcessSettings
{
    /// <summary>How long batches may go on after the silo was told to leave. Default: 5 s; what is not done then is saved and goes on elsewhere.</summary>
    public TimeSpan DrainBudget { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long leaving may take besides. Default: 8 s, so that both fit the 15 s that some spot machines are given.</summary>
    public TimeSpan LeaveBudget { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long to try to join. Default: 3 min; after the death of a whole cluster the table must first be seen to be stale.</summary>
    public TimeSpan JoinPatience { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>What the silo lives for: it is begun whenever the silo has joined, cancelled when the silo leaves, and when it is done the silo leaves by itself. Default: it is never done.</summary>
    public Func<IGrainFactory, CancellationToken, Task> Errand { get; init; } = (_, leaving) => Task.Delay(Timeout.Infinite, leaving);

    /// <summary>Told, once for every time that it has to wait, why the cluster cannot be joined. Default: nobody.</summary>
    public Action<string> OnWaiting { get; init; } = _ => { };

    /// <summary>Where logs go.</summary>
    public required Action<ILoggingBuilder> Logging { get; init; }

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
