using System.Security.Cryptography;
using System.Text;

namespace AmViz.Cluster.Api;

/// <summary>The text of a key, <c>amviz_{id}_{secret}</c>: the only place that writes or reads it.</summary>
/// <param name="Id">Names the key; no secret.</param>
/// <param name="Secret">256 random bits in small hexadecimal digits.</param>
internal readonly record struct AccessKeyText(string Id, string Secret)
{
    /// <summary>Hexadecimal digits of an id.</summary>
    public const int IdLength = 12;

    private const int SecretBytes = 32;

    private const string Prefix = "amviz";

    /// <summary>A new secret for a key.</summary>
    public static AccessKeyText Create(string id) => new(id, RandomNumberGenerator.GetHexString(2 * SecretBytes, lowercase: true));

    /// <summary>A new id.</summary>
    public static string CreateId() => RandomNumberGenerator.GetHexString(IdLength, lowercase: true);

    /// <summary>Whether a text can be the id of a key.</summary>
    public static bool IsId(string text) => text.Length == IdLength && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether a text is meant as a key, whatever may be wrong with it.</summary>
    public static bool IsMeant(string text) => text.StartsWith($"{Prefix}_", StringComparison.Ordinal);

    /// <summary>Reads the text of a key.</summary>
    /// <returns>False if it has another form.</returns>
    public static bool TryParse(string? text, out AccessKeyText key)
    {
        if (text?.Split('_') is [Prefix, var id, var secret] && IsId(id) && secret.Length == 2 * SecretBytes && secret.All(char.IsAsciiHexDigitLower))
        {
            key = new(id, secret);
            return true;
        }

        key = default;
        return false;
    }

    /// <summary>What is kept of the secret: its SHA-256. A slow hash would add nothing, since nobody can guess 256 random bits.</summary>
    public string HashSecret() => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Secret)));

    /// <summary>Whether this is the secret behind a hash. How long the answer takes tells nothing of it.</summary>
    public bool Matches(string hash) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashSecret()), Encoding.ASCII.GetBytes(hash));

    /// <summary>The whole text; keep it out of logs.</summary>
    public string Reveal() => $"{Prefix}_{Id}_{Secret}";

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Prefix}_{Id}_...";
}
