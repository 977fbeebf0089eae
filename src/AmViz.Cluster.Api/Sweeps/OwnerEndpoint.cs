using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AmViz.Cluster.Api;

/// <summary>Tells whose key a request was made with.</summary>
internal static class OwnerEndpoint
{
    /// <summary>Adds it.</summary>
    public static void Map(RouteGroupBuilder api)
        => api.MapGet("/me", Tell).Needs(AccessRole.Read).WithSummary("The access key of this request: its id, name, role and end.");

    private static KeyOwner Tell(HttpContext context)
    {
        // Nothing gets here that was not let in.
        var key = context.Features.Get<KeyVerdict>()!.Key!;
        return new(key.Id, key.Name, AccessPolicies.Word(key.Role), key.ExpiresAt);
    }
}
