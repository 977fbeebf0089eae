using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AmViz.Cluster.Http;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cli.Tests;

/// <summary>An API that answers what a test says.</summary>
internal static class FakeApi
{
    public const string Key = "amviz_0123456789ab_0000000000000000000000000000000000000000000000000000000000000001";

    // As the API writes it.
    private static readonly JsonSerializerOptions EveryKey = new(SweepJson.Compact) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    /// <summary>Opens one. Requests with another key are refused as the API refuses them.</summary>
    public static LoopbackServer Open(Func<LoopbackRequest, LoopbackResponse> answer)
        => new(request => request.Headers.GetValueOrDefault("Authorization") != $"Bearer {Key}" ? Problem(401, "no-valid-key", "Nobody has this access key.")
            : request.Path == "/api/v1/me" ? Json(new KeyOwner("0123456789ab", "alice", "submit", new(2027, 1, 2, 3, 4, 5, TimeSpan.Zero)))
            : answer(request));

    public static LoopbackResponse Json<T>(T document) => Answer(200, "application/json", JsonSerializer.Serialize(document, EveryKey));

    public static LoopbackResponse Problem(int status, string kind, string detail, params IReadOnlyList<string> errors)
        => Answer(status, ProblemDocument.MediaType, JsonSerializer.Serialize(new ProblemDocument(ProblemDocument.TypePrefix + kind, "Title", status, detail, errors.Count == 0 ? null : errors), SweepJson.Compact));

    /// <summary>A stream of events.</summary>
    public static LoopbackResponse Events<T>(params IEnumerable<T> documents)
        => Answer(200, "text/event-stream", string.Concat(documents.Select((document, number) => FormattableString.Invariant($"id: {number}\nevent: status\ndata: {JsonSerializer.Serialize(document, EveryKey)}\n\n"))));

    private static LoopbackResponse Answer(int status, string type, string body)
        => new(status, Encoding.UTF8.GetBytes(body)) { Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = type } };
}
