using System.Globalization;
using System.Text;

namespace AmViz.Atlas.Sheets;

/// <summary>Names and labels, which may hold anything, as one line of letters that any drawing can hold.</summary>
internal static class SheetWords
{
    /// <summary>Longest text that is kept; no sheet is wide enough for more.</summary>
    private const int MaxLength = 200;

    /// <summary>Control characters and line breaks become spaces, invisible signs (as those that turn the direction) go, what is no letter becomes U+FFFD.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length >= MaxLength)
            {
                break;
            }

            _ = Rune.GetUnicodeCategory(rune) switch
            {
                UnicodeCategory.Format => clean,
                UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse => clean.Append('\uFFFD'),
                UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator => AppendSpace(clean),
                _ => clean.Append(rune.ToString()),
            };
        }

        return clean.ToString().TrimEnd();
    }

    private static StringBuilder AppendSpace(StringBuilder text) => text.Length == 0 || text[^1] == ' ' ? text : text.Append(' ');
}
