using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Api;

/// <summary>Adds the API to a web host.</summary>
public static class AmVizApiExtensions
{
    /// <summary>Where all of it is; nothing there answers without an access key.</summary>
    public const string Root = "/api";

    private const string Version = $"{Root}/v1";

    /// <summary>Adds what the API is made of. The host brings <see cref="StoreInstruments"/>.</summary>
    /// <param name="services">Of the host.</param>
    /// <param name="options">What it needs.</param>
    public static IServiceCollection AddAmVizApi(this IServiceCollection services, ApiOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IBlobStore>(host => new MeteredBlobStore(options.Store, host.GetRequiredService<StoreInstruments>()))
            .AddSingleton(host => options.Planner(host.GetRequiredService<IBlobStore>()))
            .AddSingleton<AccessKeys>()
            .AddSingleton<KeyRing>()
            .AddSingleton<StrangerGate>()
            .AddSingleton<Callers>()
            .AddSingleton<LivingCluster>()
            .AddSingleton<SweepStore>()
            .AddSingleton<ManifestReader>()
            .AddSingleton<ManifestParts>()
            .AddSingleton<KnownSweeps>()
            .AddSingleton<SweepRows>()
            .AddSingleton<FirstLook>()
            .AddSingleton<RowsAhead>()
            .AddHostedService(host => host.GetRequiredService<RowsAhead>())
            .AddSingleton<SweepMoments>()
            .AddSingleton<PicturePreviews>()
            .AddSingleton<SubmittedSweeps>()
            .AddSingleton<SpecPlans>()
            .AddSingleton<Quotas>()
            .AddSingleton<Estimates>()
            .AddSingleton<NetworkStore>()
            .AddSingleton<NetworkUploads>()
            .AddSingleton<Uploads>()
            .AddHostedService(host => host.GetRequiredService<Uploads>())
            .AddSingleton<SweepEvents>()
            .AddSingleton<ProblemAnswers>()
            .AddSingleton<AuditLog>()
            .AddSingleton<AuditTrail>()
            .AddSingleton<AuditHistory>()
            .AddHostedService(host => host.GetRequiredService<AuditTrail>())
            .Configure<JsonOptions>(json => ApiJson.Apply(json.SerializerOptions))
            // What cannot be bound is explained like everything else.
            .Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true)
            .AddRouting();
        // The audit says of every refusal whose key it was.
        services.AddLogging(logging => logging.AddFilter(typeof(BearerAuthentication).FullName, LogLevel.Warning));
        // Not AddAuthentication, which would also make keys for cookies and write them to the disk.
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = BearerAuthentication.SchemeName).AddWebEncoders();
        var authentication = new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, BearerAuthentication>(BearerAuthentication.SchemeName, configureOptions: null);
        if (options.Oidc is { } oidc)
        {
            TokenJudge.Add(authentication, oidc);
        }

        AccessPolicies.Add(services);
        services.AddSingleton(options.Limits);
        RequestRates.Add(services, options.Limits);
        ApiDocument.Add(services);
        return services;
    }

    /// <summary>Lets the host answer for it. Before the host routes.</summary>
    /// <param name="app">The host.</param>
    public static void UseAmVizApi(this IApplicationBuilder app)
    {
        var (audit, answers) = (app.ApplicationServices.GetRequiredService<AuditLog>(), app.ApplicationServices.GetRequiredService<ProblemAnswers>());
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Root, StringComparison.OrdinalIgnoreCase), api => api.Use(next => context => audit.NoteAsync(context, one => answers.AnswerAsync(one, next))));
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
    }

    /// <summary>Maps its endpoints. After <see cref="UseAmVizApi"/>.</summary>
    /// <param name="app">The host.</param>
    public static void MapAmVizApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup(Version).Needs(AccessRole.Read).AddEndpointFilterFactory(KnownQuery.Create);
        SubmissionEndpoints.Map(Chapter("Submit"));
        EstimateEndpoint.Map(Chapter("Submit"));
        SweepEndpoints.Map(Chapter("Follow and control"));
        TaskListEndpoint.Map(Chapter("Follow and control"));
        TimelineEndpoint.Map(Chapter("Follow and control"));
        EventEndpoint.Map(Chapter("Follow and control"));
        UploadEndpoints.Map(Chapter("Networks"));
        ResultEndpoints.Map(Chapter("Fetch"));
        PreviewEndpoint.Map(Chapter("Fetch"));
        DeviceEndpoints.Map(Chapter("Cluster"));
        OwnerEndpoint.Map(Chapter("Cluster"));
        AuditEndpoint.Map(Chapter("Cluster"));
        ApiDocument.Map(Chapter("This document"));
        // Whatever else is asked for: without a key nobody learns what there is and what is not.
        app.Map($"{Root}/{{**rest}}", NoSuchAddress).Needs(AccessRole.Read).ExcludeFromDescription();

        RouteGroupBuilder Chapter(string title) => api.MapGroup("").WithTags(title);
    }

    private static IResult NoSuchAddress(HttpContext context) => throw new ProblemException(Problem.NotFound(
        "address", $"There is no {ErrorWords.Shorten(context.Request.Method)} of '{ErrorWords.Shorten(context.Request.Path.ToUriComponent())}'. {Version}/openapi.json lists what there is."));
}
