using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AmViz.Cluster.Api;

/// <summary>Tells whom a request comes from.</summary>
internal static class OwnerEndpoint
{
    /// <summary>Adds it.</summary>
    public static void Map(RouteGroupBuilder api)
        => api.MapGet("/me", Tell).Needs(AccessRole.Read).WithSummary("Whose key or token this request was made with: id, name, role and end.");

    private static KeyOwner Tell(HttpContext context)
    {
        // Nothing gets here that was not let in.
        var caller = Caller.Of(context);
        return new(caller.Id, caller.Name, AccessPolicies.Word(caller.Role!.Value), caller.ExpiresAt);
    }
}
