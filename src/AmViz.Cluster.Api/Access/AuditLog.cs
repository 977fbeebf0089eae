using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Api;

/// <summary>A line for every request that changes something or was refused: who, what, how it ended. Never the secret of a key.</summary>
internal sealed partial class AuditLog(ILoggerFactory logs)
{
    /// <summary>Category of the lines.</summary>
    public const string Category = "AmViz.Cluster.Api.Audit";

    private readonly ILogger _log = logs.CreateLogger(Category);

    /// <summary>Lets a request be answered, and notes it.</summary>
    public async Task NoteAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        var status = context.Response.StatusCode;
        if (!HttpMethods.IsGet(context.Request.Method) || status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
        {
            var caller = context.Features.Get<AccessVerdict>()?.Caller;
            // As the address was sent: a decoded one could hold the end of a line.
            LogRequest(caller?.Kind ?? CallerKind.Key, caller?.Id ?? "none", caller?.Name ?? "none", ErrorWords.Shorten(context.Request.Method), context.Request.Path.ToUriComponent(), status);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Kind} {CallerId} ({CallerName}): {Method} {Path} answered {Status}.")]
    private partial void LogRequest(CallerKind kind, string callerId, string callerName, string method, string path, int status);
}
