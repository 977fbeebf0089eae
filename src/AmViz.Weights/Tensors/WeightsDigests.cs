using System.Security.Cryptography;
using System.Text;

namespace AmViz.Weights;

/// <summary>What a network that is not simply one file is known by.</summary>
/// <remarks>Both are what <c>sha256sum</c> gives for lines of a digest, two spaces and a name, so that anybody can check them.</remarks>
internal static class WeightsDigests
{
    /// <summary>Of weights in several files.</summary>
    public static string OfFiles(IEnumerable<(string Name, string Digest)> files)
        => OfText(string.Concat(files.Select(file => $"{file.Digest}  {file.Name}\n")));

    /// <summary>Of one of several networks in the same weights.</summary>
    /// <param name="weights">Digest of the weights.</param>
    /// <param name="prefix">What stands before the names of its tensors, without the last dot.</param>
    public static string OfChoice(string weights, string prefix) => OfText($"{weights}  {prefix}\n");

    private static string OfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
