using System.Text;
using System.Text.RegularExpressions;

namespace AmViz.Sweeps;

/// <summary>Names of layers as a shell writes names of files: <c>conv_pw_*_bn</c>, <c>block_1[0-6]_out</c>.</summary>
/// <remarks>
/// <c>*</c> is any run of characters, none and '.' and '/' among them, <c>?</c> is one character, <c>[a-c3]</c> one of those and <c>[!a-c3]</c> one other; a <c>]</c> right after the
/// opening counts as one of them, and a bracket that is never closed is a bracket (POSIX.1-2017, 2.13, without classes by name). Upper and lower case differ, as in names of layers.
/// </remarks>
public sealed class LayerPattern
{
    /// <summary>Longest pattern, in characters; what is longer is no pattern and matches nothing.</summary>
    public const int LongestText = 256;

    private readonly Regex _regex;

    /// <summary>Reads a pattern. Every text is one; without wildcards it matches itself.</summary>
    /// <exception cref="ArgumentException">It is longer than <see cref="LongestText"/>.</exception>
    public LayerPattern(string text)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, LongestText, nameof(text));
        Text = text;
        _regex = new(ToRegex(text), RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant);
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Whether a text has a wildcard and so may be meant as a pattern.</summary>
    public static bool HasWildcard(string text) => text.AsSpan().ContainsAny('*', '?', '[');

    /// <summary>Whether the whole of <paramref name="name"/> matches.</summary>
    public bool IsMatch(string name) => _regex.IsMatch(name);

    private static string ToRegex(string text)
    {
        var regex = new StringBuilder(@"\A");
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '*':
                    regex.Append(".*");
                    break;
                case '?':
                    regex.Append('.');
                    break;
                case '[' when EndOfBracket(text, at) is { } end:
                    regex.Append(OneOf(text.AsSpan(at + 1, end - at - 1)));
                    at = end;
                    break;
                default:
                    regex.Append(Literal(text[at]));
                    break;
            }
        }

        return regex.Append(@"\z").ToString();
    }

    /// <summary>Where the bracket that opens at <paramref name="open"/> is closed; null: nowhere.</summary>
    private static int? EndOfBracket(string text, int open)
    {
        var first = open + 1 < text.Length && text[open + 1] == '!' ? open + 2 : open + 1;
        return first < text.Length && text.IndexOf(']', first + 1) is var end and >= 0 ? end : null;
    }

    private static string OneOf(ReadOnlySpan<char> inside)
    {
        var negated = inside[0] == '!' && inside.Length > 1;
        var members = new StringBuilder();
        for (var at = negated ? 1 : 0; at < inside.Length; at++)
        {
            var isRange = at + 2 < inside.Length && inside[at + 1] == '-';
            var (from, to) = (inside[at], isRange ? inside[at + 2] : inside[at]);
            if (from <= to)
            {
                // A range that ends before it begins has no members.
                members.Append(Literal(from)).Append('-').Append(Literal(to));
            }

            at += isRange ? 2 : 0;
        }

        return (negated, members.Length) switch
        {
            (false, 0) => @"[^\s\S]",
            (true, 0) => ".",
            _ => $"[{(negated ? "^" : "")}{members}]",
        };
    }

    private static string Literal(char character) => $@"\u{(int)character:x4}";
}
