using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AmViz.Cluster.Silo;

/// <summary>What a health endpoint says: <c>{"status": "healthy", "why": ["..."]}</c>.</summary>
internal static class HealthAnswer
{
    /// <summary>Writes it; the status code is set already.</summary>
    public static Task WriteAsync(HttpContext context, HealthReport report)
        => context.Response.WriteAsJsonAsync(
            new { status = report.Status == HealthStatus.Healthy ? "healthy" : "unhealthy", why = report.Entries.Values.Select(entry => entry.Description) },
            JsonSerializerOptions.Web,
            context.RequestAborted);
}
