namespace AmViz.Atlas;

/// <summary>Files that a sheet can be written as.</summary>
public enum SheetFormat
{
    /// <summary>One picture of pixels.</summary>
    Png,

    /// <summary>One drawing with text as text, the pictures inside it.</summary>
    Svg,

    /// <summary>A4 pages with text as text.</summary>
    Pdf,
}
