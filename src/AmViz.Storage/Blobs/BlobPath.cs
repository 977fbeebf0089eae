using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace AmViz.Storage;

/// <summary>Address of a blob inside a store: segments joined by '/', the same in a folder and in Azure.</summary>
/// <remarks>
/// Only what every file system and Azure take literally: printable ASCII without <c>\ : * ? " &lt; &gt; |</c>, no empty segment, no
/// segment that begins with '.' (so neither '..' nor hidden files) or ends in '.' or a space, at most <see cref="MaxLength"/> characters.
/// </remarks>
public readonly record struct BlobPath : IComparable<BlobPath>
{
    /// <summary>Most characters of a path; Azure's limit.</summary>
    public const int MaxLength = 1024;

    /// <summary>Most characters of a segment; the limit of the usual file systems.</summary>
    public const int MaxSegmentLength = 255;

    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        " !#$%&'()+,-.0123456789;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{}~");

    private readonly string? _value;

    /// <summary>Takes <paramref name="value"/> as it is.</summary>
    /// <exception cref="FormatException">It is no path.</exception>
    public BlobPath(string value)
    {
        if (FindProblem(value) is { } problem)
        {
            throw new FormatException($"'{value}' is not a blob path: {problem}.");
        }

        _value = value;
    }

    private BlobPath(string value, bool _) => _value = value;

    /// <summary>The text form, such as <c>sweeps/0123456789abcdef/sweep.json</c>.</summary>
    public string Value => _value ?? throw new InvalidOperationException("The default value of BlobPath names no blob.");

    /// <summary>The last segment.</summary>
    public string Name => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>Reads <paramref name="text"/> if it is a path.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out BlobPath path)
    {
        var valid = text is not null && FindProblem(text) is null;
        path = valid ? new(text!, true) : default;
        return valid;
    }

    /// <summary>Ordinal order: the order of listings.</summary>
    public int CompareTo(BlobPath other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>Ordinal order.</summary>
    public static bool operator <(BlobPath left, BlobPath right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator <=(BlobPath left, BlobPath right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >(BlobPath left, BlobPath right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >=(BlobPath left, BlobPath right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";

    /// <summary>Whether <paramref name="segment"/> can stand between two '/'.</summary>
    internal static bool IsSegment(ReadOnlySpan<char> segment) => FindSegmentProblem(segment) is null;

    private static string? FindProblem(string value)
    {
        if (value.Length is 0 or > MaxLength)
        {
            return $"it has {value.Length} characters, expected 1 to {MaxLength}";
        }

        foreach (var segment in value.AsSpan().Split('/'))
        {
            if (FindSegmentProblem(value.AsSpan(segment)) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? FindSegmentProblem(ReadOnlySpan<char> segment)
    {
        if (segment.Length is 0 or > MaxSegmentLength)
        {
            return $"a segment between two '/' has {segment.Length} characters, expected 1 to {MaxSegmentLength}";
        }

        if (segment[0] == '.' || segment[^1] is '.' or ' ')
        {
            return $"the segment '{segment}' begins with '.' or ends in '.' or a space";
        }

        var unusual = segment.IndexOfAnyExcept(Allowed);
        return unusual < 0 ? null : $"the character '{segment[unusual]}' is not allowed";
    }
}
