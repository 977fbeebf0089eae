using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Api;

/// <summary>Turns what goes wrong in the API into answers, and remembers for the log what nobody foresaw.</summary>
/// <param name="log">Where to.</param>
internal sealed partial class ProblemAnswers(ILogger<ProblemAnswers> log)
{
    /// <summary>Answers a request, with a problem if there is one.</summary>
    public async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await ExplainAsync(context, e);
        }
    }

    private Task ExplainAsync(HttpContext context, Exception exception)
    {
        context.Response.Clear();
        if (ProblemMapping.Of(exception) is { } problem)
        {
            return (IsForAll(problem, exception) || context.User.Identity is { IsAuthenticated: true } ? problem : ForStranger(context, problem, exception)).WriteAsync(context);
        }

        LogUnforeseen(context.Request.Method, context.Request.Path.ToUriComponent(), context.TraceIdentifier, exception);
        return new Problem(
            StatusCodes.Status500InternalServerError, "unforeseen", "Nobody foresaw this",
            $"The request {context.TraceIdentifier} met a fault of this program; its log says more. Try again, and report it if it stays.").WriteAsync(context);
    }

    /// <summary>What a store says of itself, such as its account or its folder, is for those who were let in.</summary>
    private static bool IsForAll(Problem problem, Exception exception) => exception is ProblemException || problem.Status < StatusCodes.Status500InternalServerError;

    private Problem ForStranger(HttpContext context, Problem problem, Exception exception)
    {
        LogNotChecked(context.Request.Method, context.Request.Path.ToUriComponent(), exception);
        return problem with { Detail = "What the request presents cannot be checked at the moment; the log of the coordinator says why. Try again in a moment." };
    }

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} (request {Request}) met a fault that nobody foresaw.")]
    private partial void LogUnforeseen(string method, string path, string request, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "Who asks for {Method} {Path} could not be found out.")]
    private partial void LogNotChecked(string method, string path, Exception exception);
}
