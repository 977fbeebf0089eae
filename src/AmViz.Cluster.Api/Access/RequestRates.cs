using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace AmViz.Cluster.Api;

/// <summary>How many requests are answered: by key and, where no valid one is presented, by address. So nobody's mistakes cost somebody else their answers.</summary>
internal static class RequestRates
{
    private const int NetworkBytes = 8;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Adds the limits.</summary>
    public static void Add(IServiceCollection services, ApiLimits limits) => services.AddRateLimiter(limiter =>
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => PartitionOf(context, limits));
        limiter.OnRejected = (rejected, _) => new(TooMany(rejected.HttpContext, rejected.Lease).WriteAsync(rejected.HttpContext));
    });

    /// <summary>What tells whoever made too many requests so.</summary>
    public static Problem TooMany(HttpContext context, RateLimitLease lease)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : 1;
        var whose = AccessVerdict.LetIn(context) is { } caller ? $"'{caller.Name}'" : "This address, without an access key that is known to be valid,";
        return new(
            StatusCodes.Status429TooManyRequests, "too-many-requests", "There are too many requests",
            $"{whose} has made more requests than are answered at once. Wait for the seconds of Retry-After; follow sweeps by their events rather than by asking again.") { RetryAfter = wait };
    }

    private static RateLimitPartition<string> PartitionOf(HttpContext context, ApiLimits limits)
        => AccessPolicies.NeededFor(context.GetEndpoint()) is null ? RateLimitPartition.GetNoLimiter("")
            : AccessVerdict.LetIn(context) is { } caller ? Bucket(caller.Owner, limits.KeyRate, limits.KeyBurst)
            : StrangerGate.HasPassed(context) ? RateLimitPartition.GetNoLimiter("")
            : Bucket($"address:{Place(context.Connection.RemoteIpAddress)}", limits.RefusalRate, limits.RefusalBurst);

    private static RateLimitPartition<string> Bucket(string whose, int rate, int burst) => RateLimitPartition.GetTokenBucketLimiter(
        whose, _ => new() { TokensPerPeriod = rate, TokenLimit = burst, ReplenishmentPeriod = Second, QueueLimit = 0, AutoReplenishment = true });

    /// <summary>An address; of IPv6 the network, since whoever has one has all addresses of it.</summary>
    public static string Place(IPAddress? address)
        => address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, NetworkBytes)) : $"{address?.MapToIPv4()}";
}
