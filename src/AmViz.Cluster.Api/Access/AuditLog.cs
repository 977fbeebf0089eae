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
            var key = context.Features.Get<KeyVerdict>()?.Key;
            // As the address was sent: a decoded one could hold the end of a line.
            LogRequest(key?.Id ?? "none", key?.Name ?? "none", ErrorWords.Shorten(context.Request.Method), context.Request.Path.ToUriComponent(), status);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Key {KeyId} ({KeyName}): {Method} {Path} answered {Status}.")]
    private partial void LogRequest(string keyId, string keyName, string method, string path, int status);
}
