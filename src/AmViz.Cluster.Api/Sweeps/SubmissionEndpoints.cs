using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AmViz.Cluster.Api;

/// <summary>Plans specs and submits sweeps.</summary>
internal static class SubmissionEndpoints
{
    /// <summary>Adds them.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/plans", PlanAsync).Needs(AccessRole.Submit).WithMetadata(RequestBody.Spec)
            .WithSummary("What a spec comes to: the id of its sweep, and which channels of which layers. Nothing is begun.");
        api.MapPost("/sweeps", SubmitAsync).Needs(AccessRole.Submit).WithMetadata(RequestBody.Spec)
            .WithSummary("Submits a sweep; its id follows from the spec, and the same twice is one sweep.");
        api.MapPut("/sweeps/{id}", PutAsync).Needs(AccessRole.Submit).WithMetadata(RequestBody.Spec)
            .WithSummary("Submits a sweep under the id that 'POST /api/v1/plans' told, however often.");
    }

    private static async Task<PlannedSweep> PlanAsync(SpecPlans plans, HttpRequest request, CancellationToken cancellationToken)
        => PlannedSweep.Of(await plans.ReadAsync(request, cancellationToken));

    private static async Task<Results<Created<SweepStatus>, Ok<SweepStatus>>> SubmitAsync(
        SpecPlans plans, SubmittedSweeps sweeps, HttpRequest request,
        [FromQuery] int? priority, [FromQuery] int? share, [FromQuery] string? pool, [FromQuery] bool? again, CancellationToken cancellationToken)
    {
        var submission = Submission(priority, share, pool, again);
        return await AcceptAsync(sweeps, request, await plans.ReadAsync(request, cancellationToken), submission, cancellationToken);
    }

    private static async Task<Results<Created<SweepStatus>, Ok<SweepStatus>>> PutAsync(
        SpecPlans plans, SubmittedSweeps sweeps, HttpRequest request, string id,
        [FromQuery] int? priority, [FromQuery] int? share, [FromQuery] string? pool, [FromQuery] bool? again, CancellationToken cancellationToken)
    {
        var named = KnownSweeps.Id(id);
        var submission = Submission(priority, share, pool, again);
        var plan = await plans.ReadAsync(request, cancellationToken);
        return plan.Id == named
            ? await AcceptAsync(sweeps, request, plan, submission, cancellationToken)
            : throw new ProblemException(new(
                StatusCodes.Status409Conflict, "other-sweep", "The spec is of another sweep",
                $"The address names the sweep '{ErrorWords.Shorten(id)}'; this spec is sweep '{plan.Id}'. PUT it to /api/v1/sweeps/{plan.Id}, or POST it to /api/v1/sweeps.") { SweepId = plan.Id });
    }

    private static async Task<Results<Created<SweepStatus>, Ok<SweepStatus>>> AcceptAsync(
        SubmittedSweeps sweeps, HttpRequest request, SweepPlan plan, SweepSubmission submission, CancellationToken cancellationToken)
    {
        var (status, isNew) = await sweeps.SubmitAsync(Caller.Of(request.HttpContext), plan, submission, cancellationToken);
        var address = $"{request.PathBase}/api/v1/sweeps/{plan.Id}";
        if (isNew)
        {
            return TypedResults.Created(address, status);
        }

        request.HttpContext.Response.Headers.Location = address;
        return TypedResults.Ok(status);
    }

    private static SweepSubmission Submission(int? priority, int? share, string? pool, bool? again)
    {
        QueryWords.Within("share", share, 1, SweepRank.LargestShare);
        if (pool is not null && pool != DevicePool.Any && !DevicePool.IsName(pool))
        {
            throw new ProblemException(Problem.Malformed($"pool: '{ErrorWords.Shorten(pool)}' is not the name of a pool. Expected up to 63 small letters, digits and hyphens, or '{DevicePool.Any}' for all."));
        }

        return new()
        {
            Anew = again ?? false,
            Rank = priority is null && share is null ? null : new(priority ?? SweepRank.Default.Priority, share ?? SweepRank.Default.Share),
            Pool = pool,
        };
    }
}
