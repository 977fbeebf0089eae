using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AmViz.Cluster.Api;

/// <summary>Which role an endpoint needs.</summary>
internal static class AccessPolicies
{
    /// <summary>Adds a policy for each role, under its word.</summary>
    public static void Add(IServiceCollection services)
    {
        var authorization = services.AddAuthorizationBuilder();
        foreach (var role in Enum.GetValues<AccessRole>())
        {
            authorization.AddPolicy(Word(role), policy => policy
                .AddAuthenticationSchemes(BearerAuthentication.SchemeName)
                .RequireAuthenticatedUser()
                .RequireAssertion(context => context.Resource is HttpContext http && http.Features.Get<AccessVerdict>() is { Refusal: null, Caller: { } caller } && caller.Role >= role));
        }
    }

    /// <summary>Lets only keys of a role, or of a higher one, use an endpoint.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, AccessRole role)
        where TBuilder : IEndpointConventionBuilder
        => endpoint.RequireAuthorization(Word(role)).WithMetadata(role);

    /// <summary>The role that an endpoint needs; null: it is none of the API's.</summary>
    public static AccessRole? NeededFor(Endpoint? endpoint)
        => endpoint?.Metadata.OfType<AccessRole>().ToArray() is { Length: > 0 } roles ? roles.Max() : null;

    /// <summary>The word for a role, as in JSON.</summary>
    public static string Word(AccessRole? role) => role?.ToString().ToLowerInvariant() ?? "none";
}
