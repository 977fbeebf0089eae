using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AmViz.Cluster.Api;

/// <summary>Plans the specs of requests, within bounds.</summary>
/// <param name="planner">Reads them.</param>
/// <param name="limits">How large a sweep may be.</param>
internal sealed class SpecPlans(ISweepPlanner planner, ApiLimits limits)
{
    /// <summary>Plans the spec that a request has as its body.</summary>
    /// <exception cref="ProblemException">It cannot be read, or has too many pictures.</exception>
    /// <exception cref="SpecException">Every mistake of the spec.</exception>
    public async Task<SweepPlan> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var plan = await planner.PlanAsync(await RequestText.ReadAsync(request, RequestText.SpecTypes, cancellationToken), cancellationToken);
        // SweepPlan.TaskCount would overflow where this is needed most.
        var pictures = plan.Layers.Sum(layer => (long)layer.Channels.Count) * plan.Seeds.Count;
        return pictures <= limits.MostPictures
            ? plan
            : throw new ProblemException(Problem.Unprocessable(
                "too-many-pictures", "The spec has too many pictures",
                string.Create(CultureInfo.InvariantCulture, $"The spec comes to {pictures} pictures. Expected at most {limits.MostPictures} in one sweep; name fewer layers, channels or seeds, or make several sweeps of it.")));
    }
}
