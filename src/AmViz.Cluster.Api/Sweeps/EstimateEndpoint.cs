using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AmViz.Cluster.Api;

/// <summary>What a sweep would take, before it is submitted.</summary>
internal static class EstimateEndpoint
{
    /// <summary>Adds it.</summary>
    public static void Map(RouteGroupBuilder api)
        => api.MapPost("/estimates", EstimateAsync).Needs(AccessRole.Submit).WithMetadata(RequestBody.Spec)
            .WithSummary("What a spec would take of time and store, by a few steps on the coordinator's own device, one request at a time. Nothing is begun.");

    private static async Task<EstimatedSweep> EstimateAsync(SpecPlans plans, Estimates estimates, HttpRequest request, CancellationToken cancellationToken)
        => await estimates.MeasureAsync(await plans.ReadAsync(request, cancellationToken), cancellationToken);
}
