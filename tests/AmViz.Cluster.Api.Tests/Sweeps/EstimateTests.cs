using System.Net;
using AmViz.Cluster.Http;
using AmViz.Sweeps;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Api.Tests.Sweeps;

public sealed class EstimateTests(ApiHost host) : IClassFixture<ApiHost>, IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnEstimateIsOfTheSweepThatTheSpecIsAndBeginsNothing()
    {
        using var client = host.Client(AccessRole.Submit);
        var estimate = await ApiHost.ReadAsync(await client.PostAsync("/api/v1/estimates", ApiHost.Json(FakePlanner.Spec(400)), Token));
        var plan = await ApiHost.ReadAsync(await client.PostAsync("/api/v1/plans", ApiHost.Json(FakePlanner.Spec(400)), Token));
        Assert.Equal((plan.GetProperty("id").GetString(), 4000), (estimate.GetProperty("sweepId").GetString(), estimate.GetProperty("steps").GetInt32()));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/api/v1/sweeps/{plan.GetProperty("id").GetString()}", Token)).StatusCode);
    }

    [Fact]
    public async Task OneIsMeasuredAtATimeAndWhoComesMeanwhileIsToldWhenToTryAgain()
    {
        var (begun, hold) = (new TaskCompletionSource(), new TaskCompletionSource<EstimatedSweep?>());
        host.Planner.Estimating = async cancelled =>
        {
            begun.TrySetResult();
            return await hold.Task.WaitAsync(cancelled);
        };
        using var client = host.Client(AccessRole.Submit);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var first = client.PostAsync("/api/v1/estimates", ApiHost.Json(FakePlanner.Spec(401)), leaving.Token);
        await begun.Task;
        using var second = await client.PostAsync("/api/v1/estimates", ApiHost.Json(FakePlanner.Spec(402)), Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.Equal(10, second.Headers.RetryAfter?.Delta?.TotalSeconds);
        Assert.Equal("urn:amviz:problem:estimate-busy", (await ApiHost.ReadAsync(second)).GetProperty("type").GetString());

        // Whoever goes away makes room.
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        hold.SetResult(null);
        HttpStatusCode status;
        while ((status = (await client.PostAsync("/api/v1/estimates", ApiHost.Json(FakePlanner.Spec(403)), Token)).StatusCode) == HttpStatusCode.ServiceUnavailable)
        {
            await Task.Delay(20, Token);
        }

        // No device.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
    }

    [Fact]
    public async Task AFaultOfTheDeviceIsToldAndIsNobodysFaultHere()
    {
        host.Planner.Estimating = _ => throw new DeviceFaultException("The network cannot be loaded, on purpose.");
        using var client = host.Client(AccessRole.Submit);
        using var answer = await client.PostAsync("/api/v1/estimates", ApiHost.Json(FakePlanner.Spec(404)), Token);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("cannot be loaded, on purpose", (await ApiHost.ReadAsync(answer)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEstimateThatTakesTooLongIsGivenUp()
    {
        var time = new FakeTimeProvider();
        using var estimates = new Estimates(new FakePlanner { Estimating = async cancelled =>
        {
            await Task.Delay(Timeout.Infinite, cancelled);
            return null;
        } }, time);
        var plan = await host.Planner.PlanAsync(FakePlanner.Spec(405), Token);
        var measuring = estimates.MeasureAsync(plan, Token);
        time.Advance(Estimates.Longest - TimeSpan.FromTicks(1));
        Assert.False(measuring.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("estimate-too-slow", (await Assert.ThrowsAsync<ProblemException>(() => measuring)).Problem.Kind);
    }

    public void Dispose() => host.Planner.Estimating = null;
}
