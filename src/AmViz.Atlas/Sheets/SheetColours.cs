namespace AmViz.Atlas.Sheets;

/// <summary>Colours of sheets, as <c>#rrggbb</c>; the ground is white.</summary>
internal static class SheetColours
{
    /// <summary>Of text.</summary>
    public const string Ink = "#1a1a1a";

    /// <summary>Of a place without a picture.</summary>
    public const string Ground = "#f0f0f0";

    /// <summary>Of its frame.</summary>
    public const string Edge = "#8c8c8c";
}
