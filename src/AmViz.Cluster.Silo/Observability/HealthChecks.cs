using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AmViz.Cluster.Silo;

/// <summary><c>/health/startup</c>: the silo has joined once. Renderers are made before it tries.</summary>
internal sealed class StartupCheck(SiloLife life) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        => Task.FromResult(life.HasJoined
            ? HealthCheckResult.Healthy("The silo has joined its cluster.")
            : HealthCheckResult.Unhealthy("The silo has not joined its cluster yet; its log says what it waits for."));
}

/// <summary><c>/health/ready</c>: the silo is a member and takes work.</summary>
internal sealed class ReadyCheck(SiloLife life) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        => Task.FromResult(life.Stage switch
        {
            SiloStage.Joined => HealthCheckResult.Healthy("The silo is a member of its cluster and takes work."),
            SiloStage.Draining => HealthCheckResult.Unhealthy("The silo was told to leave: it takes no new work and gives back what does not fit its drain budget."),
            SiloStage.Rejoining => HealthCheckResult.Unhealthy("The others declared the silo dead, because it was frozen or cut off; it joins again by itself."),
            _ => HealthCheckResult.Unhealthy("The silo has not joined its cluster yet; its log says what it waits for."),
        });
}

/// <summary><c>/health/live</c>: no device is stuck in a batch, and every one is served. Asks neither Redis nor the cluster: their faults are not mended by ending this process.</summary>
internal sealed class LiveCheck(Func<TimeSpan> progressAge, TimeSpan limit, Func<string?> death) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (death() is { } dead)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy(dead));
        }

        var age = progressAge();
        return Task.FromResult(age > limit
            ? HealthCheckResult.Unhealthy(FormattableString.Invariant($"A device has a batch in hand and has ended no step for {age.TotalSeconds:0} s; the limit is {limit.TotalSeconds:0} s. End the process, so that others take its work."))
            : HealthCheckResult.Healthy(FormattableString.Invariant($"No device is stuck; the last step of a batch in hand ended {age.TotalSeconds:0} s ago.")));
    }
}
