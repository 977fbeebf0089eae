namespace AmViz.Cluster.Api;

/// <summary>Words of others in our messages.</summary>
internal static class ErrorWords
{
    private const int Longest = 80;

    /// <summary>At most 80 characters of a text, and none that would move a cursor.</summary>
    public static string Shorten(string text)
    {
        var cut = text.Length <= Longest ? text : $"{text[..Longest]}...";
        return string.Concat(cut.Select(letter => char.IsControl(letter) ? '?' : letter));
    }
}
