using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dashboard;

namespace AmViz.Cluster.Silo;

/// <summary>The Orleans Dashboard of the silo's present life, under <see cref="Path"/>.</summary>
/// <remarks>Its pages ask the services of a silo, which are made anew whenever it joins again; the port stays.</remarks>
internal sealed class DashboardPages(DashboardAccess access)
{
    /// <summary>Where it is.</summary>
    public const string Path = "/dashboard";

    private volatile Life? _life;

    /// <summary>Shows this life of the silo.</summary>
    public void Show(IServiceProvider silo)
    {
        var pages = new ApplicationBuilder(silo);
        pages.UseRouting();
        // Whoever comes this far is allowed to.
        pages.UseEndpoints(endpoints => endpoints.MapOrleansDashboard());
        _life = new(silo, pages.Build());
    }

    /// <summary>The silo's life is over.</summary>
    public void Hide() => _life = null;

    /// <summary>Answers a request below <see cref="Path"/>.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        if (!access.Allows(context.Request.Headers.Authorization))
        {
            context.Response.Headers.WWWAuthenticate = DashboardAccess.Challenge;
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (!context.Request.Path.HasValue)
        {
            // The pages name their parts relative to the folder that they are in.
            context.Response.Redirect($"{context.Request.PathBase}/");
        }
        else if (_life is { } life)
        {
            await using var scope = life.Silo.CreateAsyncScope();
            context.RequestServices = scope.ServiceProvider;
            await life.Pages(context);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync("The silo is no member of its cluster at the moment; see /health/ready.", context.RequestAborted);
        }
    }

    private sealed record Life(IServiceProvider Silo, RequestDelegate Pages);
}
