using System.Net.Sockets;
using System.Security.Authentication;

namespace AmViz.Cluster.Http;

/// <summary>What goes wrong on the way to an API.</summary>
internal static class ApiFailures
{
    /// <summary>Whether the same request may succeed in a moment.</summary>
    public static bool MayPass(Exception e)
        => e is ApiAwayException or TimeoutException or IOException || (e is HttpRequestException && !IsDistrust(e));

    /// <summary>Whether the two ends cannot agree on TLS: a certificate that is not trusted, or no TLS at all.</summary>
    public static bool IsDistrust(Exception e) => e is HttpRequestException { InnerException: AuthenticationException };

    /// <summary>The cause, in a sentence.</summary>
    public static string Describe(Exception e)
    {
        var cause = e;
        while (cause is not (ApiAwayException or TimeoutException) && cause.InnerException is { } inner)
        {
            cause = inner;
        }

        var text = cause switch
        {
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } => "There is no host of that name.",
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "Nothing listens there.",
            TimeoutException => "It does not answer.",
            _ => cause.Message.Split('\n')[0].Trim(),
        };
        return text.EndsWith('.') ? text : $"{text}.";
    }
}
