using AmViz.Cluster.Client;
using Microsoft.AspNetCore.Http;

namespace AmViz.Cluster.Api;

/// <summary>What an exception means to who made the request: the one place that says so.</summary>
internal static class ProblemMapping
{
    private const int SoonSeconds = 2;

    /// <summary>The problem behind an exception; null: a fault of this program, of which the outside is told nothing.</summary>
    public static Problem? Of(Exception exception) => exception switch
    {
        ProblemException known => known.Problem,
        SpecException spec => OfSpec(spec),
        ClusterAwayException => Problem.Away("cluster-away", "The cluster cannot be asked", $"{exception.Message} Try again in a moment.", SoonSeconds),
        CorruptBlobException => new(StatusCodes.Status500InternalServerError, "damaged-store", "Something in the store is damaged", exception.Message),
        SweepBeingRemovedException => Problem.Away("sweep-being-removed", "Pictures of the sweep are being removed", exception.Message, SoonSeconds),
        StorageException { CanRetry: true } or StoreUnreachableException
            => Problem.Away("store-away", "The store cannot be used", exception.Message, SoonSeconds),
        BadHttpRequestException bad => OfRequest(bad),
        _ when ClusterFailures.MayPass(exception) => Problem.Away("cluster-away", "The cluster cannot be asked", $"{ClusterFailures.Describe(exception)} Try again in a moment.", SoonSeconds),
        _ => null,
    };

    private static Problem OfSpec(SpecException spec)
        => Problem.Unprocessable("spec-with-mistakes", "The spec cannot be planned", $"The spec has {Mistakes(spec.Problems.Count)}; 'errors' names each with its place. Mend them and send it again.") with
        {
            Errors = [.. spec.Problems.Select(problem => problem.Path.Length == 0 ? problem.Message : $"{problem.Path}: {problem.Message}")],
        };

    private static string Mistakes(int count) => count == 1 ? "a mistake" : FormattableString.Invariant($"{count} mistakes");

    private static Problem OfRequest(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new(bad.StatusCode, "too-large", "The request is too large", $"{bad.Message} Send less."),
        _ => Problem.Malformed($"{bad.Message} What every request expects is in /api/v1/openapi.json.") with { Status = bad.StatusCode },
    };
}
