using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AmViz.Cluster.Silo.Tests.Observability;

public sealed class HealthChecksTests
{
    [Fact]
    public async Task ADeviceThatEndsNoStepForLongerThanTheLimitIsStuckUntilItDoes()
    {
        var age = TimeSpan.FromMinutes(10);
        var check = new LiveCheck(() => age, TimeSpan.FromMinutes(10), () => null);
        Assert.Equal(HealthStatus.Healthy, (await Look(check)).Status);
        age += TimeSpan.FromSeconds(1);
        var stuck = await Look(check);
        Assert.Equal(HealthStatus.Unhealthy, stuck.Status);
        Assert.Contains("601 s", stuck.Description, StringComparison.Ordinal);
        Assert.Contains("600 s", stuck.Description, StringComparison.Ordinal);
        age = TimeSpan.Zero;
        Assert.Equal(HealthStatus.Healthy, (await Look(check)).Status);
    }

    [Fact]
    public async Task ADeviceThatIsServedNoMoreEndsTheProcess()
    {
        string? death = null;
        var check = new LiveCheck(() => TimeSpan.Zero, TimeSpan.FromMinutes(10), () => death);
        Assert.Equal(HealthStatus.Healthy, (await Look(check)).Status);
        death = "its storing died";
        var dead = await Look(check);
        Assert.Equal((HealthStatus.Unhealthy, "its storing died"), (dead.Status, dead.Description));
    }

    private static Task<HealthCheckResult> Look(LiveCheck check) => check.CheckHealthAsync(new(), TestContext.Current.CancellationToken);
}
