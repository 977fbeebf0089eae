using System.Text.Json;

namespace AmViz.Cluster.Api.Tests.Problems;

/// <summary>What the document of the API says of its operations, as far as requests are concerned.</summary>
internal static class ApiContract
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch"];

    public static async Task<IReadOnlyList<ApiOperation>> ReadAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var document = JsonDocument.Parse(await client.GetStringAsync("/api/v1/openapi.json", cancellationToken)).RootElement;
        return
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               where Methods.Contains(operation.Name)
               select new ApiOperation(operation.Name.ToUpperInvariant(), path.Name, Query(operation.Value), Types(operation.Value)),
        ];
    }

    private static IReadOnlyList<QueryParameter> Query(JsonElement operation) => operation.TryGetProperty("parameters", out var parameters)
        ? [.. from parameter in parameters.EnumerateArray()
              where parameter.GetProperty("in").GetString() == "query"
              select new QueryParameter(parameter.GetProperty("name").GetString()!, parameter.GetProperty("schema").GetRawText().Contains("\"integer\"", StringComparison.Ordinal))]
        : [];

    private static IReadOnlyList<string> Types(JsonElement operation) => operation.TryGetProperty("requestBody", out var body)
        ? [.. body.GetProperty("content").EnumerateObject().Select(type => type.Name)]
        : [];
}

/// <summary>An operation.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Its path, with parameters in braces.</param>
/// <param name="Query">Parameters of its query.</param>
/// <param name="Types">Media types of its body; none: it has none.</param>
internal sealed record ApiOperation(string Method, string Path, IReadOnlyList<QueryParameter> Query, IReadOnlyList<string> Types);

/// <summary>A parameter of a query.</summary>
internal sealed record QueryParameter(string Name, bool IsNumber);
