using System.Globalization;

namespace AmViz.Cli.Terminal;

/// <summary>Large numbers as people read them.</summary>
internal static class GroupedNumber
{
    /// <summary>Such as <c>4,253,864</c>; a question mark where the number is not known.</summary>
    public static string Format(long? number) => number?.ToString("N0", CultureInfo.InvariantCulture) ?? "?";
}
