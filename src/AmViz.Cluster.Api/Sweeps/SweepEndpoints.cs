using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AmViz.Cluster.Api;

/// <summary>Looks at sweeps and controls them.</summary>
internal static class SweepEndpoints
{
    private const int UsualPage = 100;
    private const int LongestPage = 1000;

    // Most are gone by then.
    private static readonly TimeSpan DeletePatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan DeletePause = TimeSpan.FromMilliseconds(50);

    /// <summary>Adds them.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/sweeps", ListAsync).Needs(AccessRole.Read).WithSummary("Every sweep of the store, also those that have ended, by id; with layers=false without the counts of each layer.");
        api.MapGet("/sweeps/{id}", StatusAsync).Needs(AccessRole.Read).WithSummary("How far a sweep is, with its place in the queue, who is ahead, and the devices that work for it.");
        api.MapGet("/sweeps/{id}/layers", LayersAsync).Needs(AccessRole.Read).WithSummary("Counts of every layer of a sweep, in the order of its plan.");
        api.MapGet("/sweeps/{id}/tasks/{model}/{layer}/{channel}", TaskAsync).Needs(AccessRole.Read).WithSummary("What is known of one channel: state, device, step, attempts, picture.");
        api.MapPost("/sweeps/{id}/pause", PauseAsync).Needs(AccessRole.Submit).WithSummary("Takes the work of a sweep away from all devices.");
        api.MapPost("/sweeps/{id}/resume", ResumeAsync).Needs(AccessRole.Submit).WithSummary("Goes on with a paused sweep.");
        api.MapPost("/sweeps/{id}/cancel", CancelAsync).Needs(AccessRole.Submit).WithSummary("Ends a sweep; stored pictures stay.");
        api.MapPatch("/sweeps/{id}", RerankAsync).Needs(AccessRole.Submit).WithMetadata(RequestBody.Rank)
            .WithSummary("Gives a sweep that has not ended another priority or share.");
        api.MapDelete("/sweeps/{id}", DeleteAsync).Needs(AccessRole.Admin).Produces(StatusCodes.Status204NoContent).Produces(StatusCodes.Status202Accepted)
            .WithSummary("Removes a sweep that has ended, with what only it holds. 204: it is gone; 202: it is being removed, ask again. Again does no harm.");
        api.MapPost("/sweeps/{id}/retry", RetryAsync).Needs(AccessRole.Submit).WithMetadata(RequestBody.Filter)
            .WithSummary("Draws channels again that ended without a picture and match; the header Idempotency-Key, a GUID, makes a repetition harmless.");
    }

    private static async Task<SweepPage> ListAsync(
        LivingCluster cluster, RowsAhead ahead, [FromQuery] string? state, [FromQuery] int? limit, [FromQuery] string? after, [FromQuery] bool? layers, CancellationToken cancellationToken)
    {
        var wanted = state is null ? (SweepState?)null : QueryWords.Read<SweepState>("state", state);
        var size = QueryWords.Within("limit", limit, 1, LongestPage) ?? UsualPage;
        SweepId? last = after is null ? null
            : SweepId.TryParse(after, out var id) ? id
            : throw new ProblemException(Problem.Malformed($"after: '{ErrorWords.Shorten(after)}' is no id of a sweep. Expected 'next' of the page before."));
        var all = await cluster.AskIndexAsync(index => index.All(), cancellationToken);
        ahead.Consider(all);
        SweepStatus[] rest = [.. all.Where(sweep => (wanted is null || sweep.State == wanted) && (last is null || string.CompareOrdinal(sweep.Id.Value, last.Value.Value) > 0)).Take(size + 1)];
        return new([.. rest.Take(size).Select(sweep => layers == false ? sweep with { Layers = [] } : sweep)], rest.Length > size ? rest[size - 1].Id : null);
    }

    private static Task<SweepStatus> StatusAsync(KnownSweeps sweeps, string id, CancellationToken cancellationToken)
        => sweeps.StatusWithDevicesAsync(id, cancellationToken);

    private static async Task<IReadOnlyList<LayerProgress>> LayersAsync(KnownSweeps sweeps, string id, CancellationToken cancellationToken)
        => (await sweeps.StatusAsync(id, cancellationToken)).Layers;

    private static async Task<TaskInspection> TaskAsync(
        KnownSweeps sweeps, LivingCluster cluster, string id, string model, string layer, string channel, [FromQuery] int? seed, CancellationToken cancellationToken)
    {
        await sweeps.PlanAsync(id, cancellationToken);
        // Routing leaves a slash of a name as it was sent.
        var name = layer.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return int.TryParse(channel, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            && await cluster.AskSweepAsync(KnownSweeps.Id(id), sweep => sweep.InspectTask(new(model, name, number, seed)), cancellationToken) is { } task
                ? task
                : throw new ProblemException(Problem.NotFound(
                    "task", $"The sweep '{id}' does not draw channel '{ErrorWords.Shorten(channel)}' of '{ErrorWords.Shorten(name)}' of '{ErrorWords.Shorten(model)}'{(seed is null ? "" : $" with seed {seed}")}. 'GET /api/v1/sweeps/{id}/layers' lists its layers."));
    }

    private static Task<SweepStatus> PauseAsync(KnownSweeps sweeps, LivingCluster cluster, string id, CancellationToken cancellationToken)
        => ControlAsync(sweeps, cluster, id, sweep => sweep.Pause(), cancellationToken);

    private static Task<SweepStatus> ResumeAsync(KnownSweeps sweeps, LivingCluster cluster, string id, CancellationToken cancellationToken)
        => ControlAsync(sweeps, cluster, id, sweep => sweep.Resume(), cancellationToken);

    private static Task<SweepStatus> CancelAsync(KnownSweeps sweeps, LivingCluster cluster, string id, CancellationToken cancellationToken)
        => ControlAsync(sweeps, cluster, id, sweep => sweep.Cancel(), cancellationToken);

    private static async Task<SweepStatus> ControlAsync(
        KnownSweeps sweeps, LivingCluster cluster, string id, Func<ISweepGrain, Task<SweepStatus>> control, CancellationToken cancellationToken)
    {
        // A grain of a sweep that there is not would answer too.
        await sweeps.StatusAsync(id, cancellationToken);
        return await cluster.AskSweepAsync(KnownSweeps.Id(id), control, cancellationToken);
    }

    private static async Task<SweepStatus> RerankAsync(
        KnownSweeps sweeps, LivingCluster cluster, HttpRequest request, string id, CancellationToken cancellationToken)
    {
        var wanted = await RankBody.ReadAsync(request, cancellationToken);
        if (wanted.Priority is { } priority)
        {
            Quotas.CheckPriority(Caller.Of(request.HttpContext), priority);
        }

        await sweeps.StatusAsync(id, cancellationToken);
        var status = await cluster.AskSweepAsync(KnownSweeps.Id(id), sweep => sweep.Rerank(wanted.Priority, wanted.Share), cancellationToken)
            ?? throw new ProblemException(Problem.UnknownSweep(id));
        return status.State.HasEnded()
            ? throw new ProblemException(new(
                StatusCodes.Status409Conflict, "sweep-ended", "The sweep has ended",
                $"The sweep '{id}' is {status.State.ToString().ToLowerInvariant()}; its rank would change nothing. Give priority and share when it is submitted again."))
            : status;
    }

    private static async Task<IResult> DeleteAsync(LivingCluster cluster, TimeProvider time, string id, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            switch (await cluster.AskSweepAsync(KnownSweeps.Id(id), sweep => sweep.Delete(), cancellationToken))
            {
                case SweepRemoval.Gone:
                    return TypedResults.NoContent();

                case SweepRemoval.Live:
                    throw new ProblemException(new(
                        StatusCodes.Status409Conflict, "sweep-live", "The sweep has not ended", $"The sweep '{id}' has not ended, and only sweeps that have are deleted. Cancel it first: 'POST /api/v1/sweeps/{id}/cancel'."));

                case SweepRemoval.Removing when time.GetElapsedTime(begun) > DeletePatience:
                    return TypedResults.Accepted($"/api/v1/sweeps/{id}");

                default:
                    await Task.Delay(DeletePause, time, cancellationToken);
                    break;
            }
        }
    }

    private static async Task<TaskRetry> RetryAsync(
        KnownSweeps sweeps, LivingCluster cluster, Quotas quotas, HttpRequest request, string id, CancellationToken cancellationToken)
    {
        var filter = await RetryFilter.ReadAsync(request, cancellationToken);
        var repeated = RetryFilter.RequestId(request);
        var caller = Caller.Of(request.HttpContext);
        await quotas.CheckRetryAsync(caller, await sweeps.StatusAsync(id, cancellationToken), cancellationToken);
        return await cluster.AskSweepAsync(KnownSweeps.Id(id), sweep => sweep.Retry(filter, repeated, caller.Owner), cancellationToken)
            ?? throw new ProblemException(Problem.UnknownSweep(id));
    }
}
