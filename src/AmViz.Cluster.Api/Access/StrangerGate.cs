using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace AmViz.Cluster.Api;

/// <summary>Stands before whatever costs the store or the issuer a call and is asked for by somebody whom nobody knows yet: each address has as many as it has refusals.</summary>
/// <remarks>Paid before the call, since of many at once each would still find the address within its limit.</remarks>
/// <param name="limiter">See <see cref="RequestRates"/>.</param>
internal sealed class StrangerGate(IOptions<RateLimiterOptions> limiter)
{
    private static readonly object Paid = new();

    /// <summary>Lets a request through, once it has paid.</summary>
    /// <exception cref="ProblemException">Its address has asked too much.</exception>
    public void Pass(HttpContext context)
    {
        if (HasPassed(context))
        {
            return;
        }

        using var lease = limiter.Value.GlobalLimiter!.AttemptAcquire(context);
        if (!lease.IsAcquired)
        {
            throw new ProblemException(RequestRates.TooMany(context, lease));
        }

        context.Items[Paid] = Paid;
    }

    /// <summary>Whether a request has paid already, and so is not counted again if it is refused.</summary>
    public static bool HasPassed(HttpContext context) => context.Items.ContainsKey(Paid);
}
