using System.Globalization;

namespace AmViz.Atlas.Tiles;

/// <summary>How objectives are written.</summary>
internal static class ObjectiveFigure
{
    /// <summary>For people: three digits or four; <c>figure</c> of the client's format.ts does the same.</summary>
    public static string Of(double value) => Math.Abs(value) switch
    {
        >= 1000 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 0.01 or 0 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.0e+0", CultureInfo.InvariantCulture),
    };

    /// <summary>An objective of a chart, to three digits: more than it can show, and a third of the bytes.</summary>
    public static float Rounded(float value)
        => float.IsFinite(value) ? float.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : value;
}
