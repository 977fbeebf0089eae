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
            return problem.WriteAsync(context);
        }

        LogUnforeseen(context.Request.Method, context.Request.Path.ToUriComponent(), context.TraceIdentifier, exception);
        return new Problem(
            StatusCodes.Status500InternalServerError, "unforeseen", "Nobody foresaw this",
            $"The request {context.TraceIdentifier} met a fault of this program; its log says more. Try again, and report it if it stays.").WriteAsync(context);
    }

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} (request {Request}) met a fault that nobody foresaw.")]
    private partial void LogUnforeseen(string method, string path, string request, Exception exception);
}
