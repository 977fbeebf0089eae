using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AmViz.Cluster.Api;

/// <summary>Refuses queries that an endpoint does not know: one that is mistyped would be ignored otherwise.</summary>
/// <param name="names">What the endpoint knows, and whether it may be given several times.</param>
internal sealed class KnownQuery(IReadOnlyDictionary<string, bool> names) : IEndpointFilter
{
    /// <summary>Knows what the parameters of an endpoint's method are called that come from the query; arrays may be given several times.</summary>
    public static EndpointFilterDelegate Create(EndpointFilterFactoryContext endpoint, EndpointFilterDelegate next)
    {
        var filter = new KnownQuery(endpoint.MethodInfo.GetParameters().Where(parameter => parameter.GetCustomAttribute<FromQueryAttribute>() is not null)
            .ToDictionary(parameter => parameter.Name!, parameter => parameter.ParameterType.IsArray, StringComparer.OrdinalIgnoreCase));
        return context => filter.InvokeAsync(context, next);
    }

    /// <inheritdoc/>
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        foreach (var (name, values) in context.HttpContext.Request.Query)
        {
            if (!names.TryGetValue(name, out var isMany))
            {
                throw new ProblemException(Problem.Malformed(
                    $"The query has '{ErrorWords.Shorten(name)}', which is not known here. {(names.Count == 0 ? "Expected no query." : $"Known are {string.Join(", ", names.Keys)}.")}"));
            }

            if (values.Count > 1 && !isMany)
            {
                throw new ProblemException(Problem.Malformed($"The query has '{name}' {values.Count} times. Expected it once."));
            }
        }

        return next(context);
    }
}
