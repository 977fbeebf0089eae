using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AmViz.StandIn.Controllers;

/// <summary>Ends of names.</summary>
internal static class Names
{
    private const string Letters = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>Five letters that nobody had before.</summary>
    public static string Random() => RandomNumberGenerator.GetString(Letters, 5);

    /// <summary>Ten letters that are the same for the same content.</summary>
    public static string Of(JsonNode? content)
        => string.Concat(SHA256.HashData(Encoding.UTF8.GetBytes(content?.ToJsonString() ?? "")).Take(10).Select(value => Letters[value % Letters.Length]));
}
