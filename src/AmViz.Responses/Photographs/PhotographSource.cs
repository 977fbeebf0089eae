using System.Security.Cryptography;
using System.Text;

namespace AmViz.Responses;

/// <summary>Where the photographs of a pass come from.</summary>
public enum PhotographKind
{
    /// <summary>Files of a folder, or those that a table lists.</summary>
    Files,

    /// <summary>Procedural textures by number; see <see cref="TextureSeries"/>.</summary>
    Textures,
}

/// <summary>The photographs of a pass, as far as its plan must know them: how many, with which labels, and what tells them from any others.</summary>
/// <param name="Kind">Where they come from.</param>
/// <param name="Count">How many.</param>
/// <param name="Labels">Names of labels, each once, in ordinal order for files and in the order of the classes for textures.</param>
/// <param name="Digest">SHA-256 of the list (names, labels, lengths, times); for textures of the name of their algorithm.</param>
public sealed record PhotographSource(PhotographKind Kind, long Count, IReadOnlyList<string> Labels, string Digest)
{
    /// <summary>The first <paramref name="count"/> textures.</summary>
    public static PhotographSource OfTextures(long count)
        => new(PhotographKind.Textures, count, TextureSeries.Labels, Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(TextureSeries.Algorithm))));

    /// <summary>Listed files, in their order.</summary>
    public static PhotographSource OfFiles(IReadOnlyList<ListedPhotograph> list)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var photograph in list)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{photograph.Name}\0{photograph.Label}\0{photograph.Bytes}\0{photograph.Modified}\n")));
        }

        string[] labels = [.. list.Select(photograph => photograph.Label).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return new(PhotographKind.Files, list.Count, labels, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Index of a label; -1 for none.</summary>
    public int LabelIndex(string? label)
    {
        if (label is null)
        {
            return -1;
        }

        for (var i = 0; i < Labels.Count; i++)
        {
            if (Labels[i] == label)
            {
                return i;
            }
        }

        return -1;
    }
}
