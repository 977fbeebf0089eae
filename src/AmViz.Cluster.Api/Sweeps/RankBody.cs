using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace AmViz.Cluster.Api;

/// <summary>Reads a <see cref="RankChange"/>.</summary>
internal static class RankBody
{
    private static readonly JsonSerializerOptions Json = new(SweepJson.Compact) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Reads the body.</summary>
    /// <exception cref="ProblemException">It asks for nothing, or for what there is not.</exception>
    public static async Task<RankChange> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
        => Parse(await RequestText.ReadAsync(request, RequestText.JsonTypes, cancellationToken)) switch
        {
            null or { Priority: null, Share: null } => throw Invalid("Found neither priority nor share."),
            { Share: < 1 or > SweepRank.LargestShare } change => throw Invalid(string.Create(CultureInfo.InvariantCulture, $"share: {change.Share} is out of range.")),
            var change => change,
        };

    private static RankChange? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<RankChange>(json, Json);
        }
        catch (JsonException e)
        {
            throw Invalid(e.Message);
        }
    }

    private static ProblemException Invalid(string found) => new(Problem.Unprocessable(
        "invalid-rank", "The rank cannot be used", string.Create(CultureInfo.InvariantCulture, $"{found} Expected an object with priority, a whole number, or share, 1 to {SweepRank.LargestShare}, or both.")));
}
