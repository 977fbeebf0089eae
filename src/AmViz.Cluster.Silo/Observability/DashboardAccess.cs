using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace AmViz.Cluster.Silo;

/// <summary>Who may see the dashboard: whoever knows its token, as a bearer token or as the password of HTTP Basic with any user name.</summary>
/// <param name="token">At least <see cref="ShortestToken"/> characters.</param>
public sealed class DashboardAccess(string token)
{
    /// <summary>Fewest characters of a token.</summary>
    public const int ShortestToken = 16;

    /// <summary>What a browser is told, so that it asks for the password.</summary>
    internal const string Challenge = "Basic realm=\"amviz\", charset=\"UTF-8\"";

    private readonly byte[] _digest = token.Length >= ShortestToken
        ? Digest(token)
        : throw new ArgumentException($"The token of the dashboard has {token.Length} characters. Expected at least {ShortestToken}, such as the output of 'openssl rand -hex 24'.", nameof(token));

    /// <summary>Whether a request with this <c>Authorization</c> may go on.</summary>
    internal bool Allows(string? authorization)
        // Digests are of one length: how long the comparison takes tells nothing of the token.
        => TokenOf(authorization) is { } given && CryptographicOperations.FixedTimeEquals(Digest(given), _digest);

    private static string? TokenOf(string? authorization)
        => !AuthenticationHeaderValue.TryParse(authorization, out var header) ? null
            : header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) ? header.Parameter
            : header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) ? PasswordOf(header.Parameter)
            : null;

    private static string? PasswordOf(string? credentials)
    {
        var bytes = new byte[credentials?.Length ?? 0];
        return Convert.TryFromBase64String(credentials ?? "", bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [_, var password]
                ? password
                : null;
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
