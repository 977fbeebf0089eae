using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using StackExchange.Redis;

namespace AmViz.Cluster.Client;

/// <summary>Where the Redis of a cluster is: <c>redis://[user:password@]host[:port][/database]</c>, or <c>rediss://</c> for TLS.</summary>
public sealed class RedisAddress
{
    private const int DefaultPort = 6379;

    // Longer than a restart of Redis takes would hold up the watch over membership; shorter fails on a busy machine.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Uri _uri;

    private RedisAddress(Uri uri) => _uri = uri;

    /// <summary>Name or address of the machine.</summary>
    public string Host => _uri.Host;

    /// <summary>Its port.</summary>
    public int Port => _uri.Port > 0 ? _uri.Port : DefaultPort;

    /// <summary>Reads an address.</summary>
    /// <param name="text">As a person writes it.</param>
    /// <param name="address">The address.</param>
    /// <param name="problem">What is wrong with it, for people.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out RedisAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        problem = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0)
        {
            problem = $"'{text}' is not the address of a Redis. Expected redis://[user:password@]host[:port][/database], or rediss:// for TLS.";
            return false;
        }

        if (!TryReadDatabase(uri, out _))
        {
            problem = $"'{uri.AbsolutePath.TrimStart('/')}' is not a database of Redis. Expected a number, such as redis://{uri.Authority}/0.";
            return false;
        }

        address = new(uri);
        return true;
    }

    /// <summary>Without its password.</summary>
    public override string ToString()
    {
        var database = _uri.AbsolutePath.TrimEnd('/');
        return string.Create(CultureInfo.InvariantCulture, $"{_uri.Scheme}://{Host}:{Port}{database}");
    }

    internal ConfigurationOptions ToConfiguration()
    {
        var user = _uri.UserInfo.Split(':', 2);
        var options = new ConfigurationOptions
        {
            Ssl = _uri.Scheme == "rediss",
            User = user is [{ Length: > 0 } name, _] ? Uri.UnescapeDataString(name) : null,
            Password = user is [_, { Length: > 0 } password] ? Uri.UnescapeDataString(password) : null,
            ConnectTimeout = (int)Timeout.TotalMilliseconds,
            SyncTimeout = (int)Timeout.TotalMilliseconds,
            AsyncTimeout = (int)Timeout.TotalMilliseconds,
            ReconnectRetryPolicy = new ExponentialRetry(250, 2000),
            // Calls fail at once while Redis is away; each caller knows better when to try again.
            BacklogPolicy = BacklogPolicy.FailFast,
        };
        options.EndPoints.Add(Host, Port);
        if (TryReadDatabase(_uri, out var database))
        {
            options.DefaultDatabase = database;
        }

        return options;
    }

    private static bool TryReadDatabase(Uri uri, out int? database)
    {
        database = null;
        var text = uri.AbsolutePath.Trim('/');
        if (text.Length == 0)
        {
            return true;
        }

        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        database = isNumber ? number : null;
        return isNumber;
    }
}
