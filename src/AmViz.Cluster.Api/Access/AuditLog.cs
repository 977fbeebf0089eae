using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Api;

/// <summary>A line for every request that changes something or was refused: who, what, how it ended. Never the secret of a key.</summary>
/// <param name="logs">Where the lines go at once.</param>
/// <param name="trail">Where they are kept.</param>
/// <param name="time">Dates them.</param>
internal sealed partial class AuditLog(ILoggerFactory logs, AuditTrail trail, TimeProvider time)
{
    /// <summary>Category of the lines.</summary>
    public const string Category = "AmViz.Cluster.Api.Audit";

    private const int LongestPath = 512;

    private readonly ILogger _log = logs.CreateLogger(Category);

    /// <summary>Lets a request be answered, and notes it.</summary>
    public async Task NoteAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        var status = context.Response.StatusCode;
        if (!HttpMethods.IsGet(context.Request.Method) || status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests)
        {
            var caller = context.Features.Get<AccessVerdict>()?.Caller;
            // As the address was sent: a decoded one could hold the end of a line.
            var (kind, id, name, method, path) = (
                caller?.Kind ?? CallerKind.Key, caller?.Id ?? "none", caller?.Name ?? "none", ErrorWords.Shorten(context.Request.Method), Cut(context.Request.Path.ToUriComponent()));
            var from = context.Connection.RemoteIpAddress;
            var isKept = trail.Add(new(time.GetUtcNow(), kind, id, name, method, path, status, from?.ToString()), AccessVerdict.LetIn(context)?.Owner, from);
            // The only refusals that nothing limits would push all else out of a log that is rotated.
            if (isKept || status is not StatusCodes.Status429TooManyRequests)
            {
                LogRequest(kind, id, name, method, path, status);
            }
        }
    }

    private static string Cut(string path) => path.Length <= LongestPath ? path : $"{path[..LongestPath]}...";

    [LoggerMessage(1, LogLevel.Information, "{Kind} {CallerId} ({CallerName}): {Method} {Path} answered {Status}.")]
    private partial void LogRequest(CallerKind kind, string callerId, string callerName, string method, string path, int status);
}
