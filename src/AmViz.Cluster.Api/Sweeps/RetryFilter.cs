using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace AmViz.Cluster.Api;

/// <summary>Which tasks a request wants to be tried again.</summary>
internal static class RetryFilter
{
    private const string Repetition = "Idempotency-Key";

    private static readonly JsonSerializerOptions Json = new(SweepJson.Compact) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Reads the body; without one, all tasks that failed.</summary>
    /// <exception cref="ProblemException">It is no filter, or one that no task can match.</exception>
    public static async Task<TaskFilter> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentType is null && request.ContentLength is null or 0)
        {
            return new();
        }

        var filter = Parse(await RequestText.ReadAsync(request, RequestText.JsonTypes, cancellationToken));
        return filter.Outcome == ChannelOutcome.Rendered
            ? throw new ProblemException(Invalid("outcome: 'rendered' has a picture. Expected failed, dead or notFinite."))
            : filter.Layer?.Length > LayerPattern.LongestText
                ? throw new ProblemException(Invalid($"layer: the pattern has {filter.Layer.Length} characters. Expected at most {LayerPattern.LongestText}."))
                : filter;
    }

    /// <summary>The id under which a repetition is the same request; a new one where none is given.</summary>
    /// <exception cref="ProblemException">What is given is no id.</exception>
    public static Guid RequestId(HttpRequest request)
        => request.Headers[Repetition] switch
        {
            [] => Guid.NewGuid(),
            [{ } text] when Guid.TryParse(text, out var id) => id,
            var given => throw new ProblemException(Problem.Malformed($"{Repetition}: '{ErrorWords.Shorten(given.ToString())}' is no GUID. Expected one, such as the output of uuidgen, or leave the header out.")),
        };

    private static TaskFilter Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<TaskFilter>(json, Json) ?? throw new ProblemException(Invalid("Found null. Expected an object, or no body."));
        }
        catch (JsonException e)
        {
            throw new ProblemException(e.Path is null or "$" && !json.TrimStart().StartsWith('{') ? Problem.Malformed($"The body is no JSON object: {e.Message}") : Invalid($"{e.Message} Expected outcome, model, layer, error and errorIs, each optional."));
        }
    }

    private static Problem Invalid(string detail) => Problem.Unprocessable("invalid-filter", "The filter cannot be used", detail);
}
