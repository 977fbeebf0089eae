using System.Globalization;

namespace AmViz.Atlas.Tiles;

/// <summary>How objectives are written for charts.</summary>
internal static class ObjectiveFigure
{
    /// <summary>An objective of a chart, to three digits: more than it can show, and a third of the bytes.</summary>
    public static float Rounded(float value)
        => float.IsFinite(value) ? float.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : value;
}
