namespace AmViz.Weights;

/// <summary>Makes foreign text fit for an error message.</summary>
internal static class ErrorText
{
    /// <summary>The text, cut to a length and without control characters or halves of characters.</summary>
    public static string Shorten(string text, int longest = 80)
    {
        var cut = text.Length <= longest ? text : string.Concat(text.AsSpan(0, longest), "...");
        return string.Create(cut.Length, cut, (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
            }
        });
    }
}
