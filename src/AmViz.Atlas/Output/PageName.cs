using System.Security.Cryptography;
using System.Text;

namespace AmViz.Atlas.Output;

/// <summary>Names of models and layers as file names: any name at all, and no two alike.</summary>
internal static class PageName
{
    private const int MaxLength = 100;

    /// <summary>Keeps letters, digits, '_', '-' and inner dots of ASCII; writes every other byte as '~' and two hexadecimal digits.</summary>
    /// <remarks>A long name is cut and ends in a hash. The result needs no escape in an address, since '~' is unreserved (RFC 3986).</remarks>
    public static string Of(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        var slug = new StringBuilder();
        for (var i = 0; i < bytes.Length; i++)
        {
            var letter = (char)bytes[i];
            var plain = char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' || (letter is '.' && i > 0 && i < bytes.Length - 1);
            _ = plain ? slug.Append(letter) : slug.Append('~').Append(Convert.ToHexStringLower([bytes[i]]));
        }

        // These stand beside the folders and pages that are named so, or in their place in an address.
        if (slug.ToString() is "index" or "index.html" or "network.js" or "sweep.json" or "failures")
        {
            slug.Remove(0, 1).Insert(0, $"~{Convert.ToHexStringLower([bytes[0]])}");
        }

        return slug.Length <= MaxLength
            ? slug.ToString()
            : $"{slug.ToString(0, MaxLength - 20)}~x{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}";
    }
}
