using Microsoft.AspNetCore.Http;

namespace AmViz.Cluster.Api;

/// <summary>What is wrong with a request, as RFC 9457 has it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Kind">Last part of its <c>type</c>: names the kind of problem to programs.</param>
/// <param name="Title">The kind, for people.</param>
/// <param name="Detail">What was found, what was expected, what to do.</param>
internal sealed record Problem(int Status, string Kind, string Title, string Detail)
{
    /// <summary>Every mistake by itself; null: <see cref="Detail"/> says it all.</summary>
    public IReadOnlyList<string>? Errors { get; init; }

    /// <summary>The id that the sweep has; null: it is not about that.</summary>
    public SweepId? SweepId { get; init; }

    /// <summary>Seconds after which the same request may succeed; null: it will not.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The request cannot be read, or asks for what there is not.</summary>
    public static Problem Malformed(string detail) => new(StatusCodes.Status400BadRequest, "malformed-request", "The request cannot be read", detail);

    /// <summary>Nobody knows what the request is about.</summary>
    public static Problem NotFound(string what, string detail) => new(StatusCodes.Status404NotFound, $"unknown-{what}", $"There is no such {what}", detail);

    /// <summary>The sweep is none of the store's.</summary>
    public static Problem UnknownSweep(string id) => NotFound("sweep", $"The cluster's store has no sweep '{ErrorWords.Shorten(id)}'. Expected an id as 'GET /api/v1/sweeps' lists them: 16 small hexadecimal digits.");

    /// <summary>The request can be read, but not done.</summary>
    public static Problem Unprocessable(string kind, string title, string detail) => new(StatusCodes.Status422UnprocessableEntity, kind, title, detail);

    /// <summary>What the request needs is away at the moment.</summary>
    public static Problem Away(string kind, string title, string detail, int retryAfter)
        => new(StatusCodes.Status503ServiceUnavailable, kind, title, detail) { RetryAfter = retryAfter };

    /// <summary>Writes it as the answer.</summary>
    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        if (RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return context.Response.WriteAsJsonAsync(ToDocument(), SweepJson.Compact, ProblemDocument.MediaType, context.RequestAborted);
    }

    /// <summary>As clients read it.</summary>
    public ProblemDocument ToDocument() => new(ProblemDocument.TypePrefix + Kind, Title, Status, Detail, Errors, SweepId);
}

/// <summary>A request that ends in a problem.</summary>
/// <param name="problem">Which.</param>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    /// <summary>Which.</summary>
    public Problem Problem { get; } = problem;
}
