using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace AmViz.Cluster.Http;

/// <summary>Reads what an API answers.</summary>
internal static class ApiAnswers
{
    private const string Json = "application/json";

    /// <summary>Reads a document.</summary>
    /// <exception cref="RequestRefusedException">The answer holds none of this kind.</exception>
    public static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.Content.Headers.ContentType?.MediaType is var type && type != Json)
        {
            throw Strange(answer, $"with '{type ?? "nothing"}' instead of JSON");
        }

        try
        {
            return await answer.Content.ReadFromJsonAsync<T>(SweepJson.Compact, cancellationToken) ?? throw Strange(answer, "with null");
        }
        catch (JsonException e)
        {
            throw Strange(answer, $"with JSON that this program cannot read ({e.Message})");
        }
    }

    /// <summary>Lets a success pass.</summary>
    /// <exception cref="ApiAwayException">It asks to be asked again later.</exception>
    /// <exception cref="RequestRefusedException">It is any other failure.</exception>
    public static async Task EnsureSuccessAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode)
        {
            return;
        }

        var problem = await ProblemAsync(answer, cancellationToken);
        throw answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
            ? new ApiAwayException(problem.Message, answer.Headers.RetryAfter?.Delta)
            : problem;
    }

    private static async Task<RequestRefusedException> ProblemAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.Headers.Location is { } elsewhere)
        {
            return Strange(answer, $"with a redirection to '{elsewhere}', which is not followed since it would be sent the key", "Give the address that is meant.");
        }

        try
        {
            return answer.Content.Headers.ContentType?.MediaType == ProblemDocument.MediaType && await answer.Content.ReadFromJsonAsync<ProblemDocument>(SweepJson.Compact, cancellationToken) is { } problem
                ? new((int)answer.StatusCode, Kind(problem.Type), problem.Detail, problem.Errors)
                : Strange(answer, "and does not say why");
        }
        catch (JsonException)
        {
            return Strange(answer, "and does not say why in a way that this program knows");
        }
    }

    private static string? Kind(string type) => type.StartsWith(ProblemDocument.TypePrefix, StringComparison.Ordinal) ? type[ProblemDocument.TypePrefix.Length..] : null;

    private static RequestRefusedException Strange(HttpResponseMessage answer, string how, string whatToDo = "Is the API of a coordinator there ('amviz silo --http-port 8080'), of the same version as this program?")
        => new((int)answer.StatusCode, null, string.Create(CultureInfo.InvariantCulture, $"{answer.RequestMessage?.RequestUri} answers {(int)answer.StatusCode} {how}. {whatToDo}"));
}
