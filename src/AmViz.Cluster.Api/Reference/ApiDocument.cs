using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace AmViz.Cluster.Api;

/// <summary>The document of the API, OpenAPI 3.1, and the page made of it.</summary>
internal static class ApiDocument
{
    /// <summary>Name of the extension that tells which role an operation needs.</summary>
    public const string RoleExtension = "x-amviz-role";

    private const string Name = "v1";

    private const string Scheme = "accessKey";

    private static readonly (string Status, string Description)[] Refusals =
    [
        ("400", "The request cannot be read"), ("401", "An access key is needed"), ("403", "The role of the access key is too low"), ("429", "Too many requests; see Retry-After"), ("503", "Cluster or store are away for the moment; see Retry-After"),
    ];

    /// <summary>Adds what makes it.</summary>
    public static void Add(IServiceCollection services) => services.AddOpenApi(Name, document =>
    {
        document.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        document.AddDocumentTransformer(Introduce);
        document.AddOperationTransformer(Describe);
    });

    /// <summary>Maps both.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapOpenApi("/openapi.json").Needs(AccessRole.Read);
        api.MapGet("/reference", ReferencePage.WriteAsync).Needs(AccessRole.Read).Produces(StatusCodes.Status200OK, contentType: "text/html")
            .WithSummary("All of this as one page, which needs nothing else: save it with curl, then open it.");
    }

    private static Task Introduce(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new()
        {
            Title = "AmViz.Cluster",
            Version = Name,
            Description = "Sweeps of a cluster: submit, follow and control them, fetch what they drew. Errors are problem+json (RFC 9457): what was found, what was expected, what to do.",
        };
        document.Servers = [];
        document.Components ??= new();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
        document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "The text that 'amviz keys create' printed, or a token of the issuer that the cluster trusts. Roles: read, submit and admin, each including those before it.",
        };
        document.Security = [new() { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        return Task.CompletedTask;
    }

    private static Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Extensions ??= new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal);
        operation.Extensions[RoleExtension] = new JsonNodeExtension(JsonValue.Create(AccessPolicies.Word(metadata.OfType<AccessRole>().Max())));
        if (metadata.OfType<RequestBody>().FirstOrDefault() is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Description = body.Description,
                Required = body.Required,
                Content = body.Types.ToDictionary(type => type, _ => new OpenApiMediaType(), StringComparer.Ordinal),
            };
        }

        operation.Responses ??= [];
        foreach (var (status, description) in Refusals)
        {
            operation.Responses.TryAdd(status, new OpenApiResponse { Description = description });
        }

        return Task.CompletedTask;
    }
}
