using System.Globalization;

namespace AmViz.Cluster.Api;

/// <summary>Where a page ends.</summary>
/// <param name="Ticks">When its last task ended; 0 in the order of the plan.</param>
/// <param name="Place">Its last task.</param>
internal readonly record struct RowCursor(long Ticks, RowPlace Place)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, out RowCursor cursor)
    {
        cursor = default;
        if (text.Split('-') is not [var ticks, var layer, var task] || !TryNumber(ticks, out var when) || !TryNumber(layer, out var first) || !TryNumber(task, out var second)
            || first > int.MaxValue || second > int.MaxValue)
        {
            return false;
        }

        cursor = new(when, new((int)first, (int)second));
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Ticks}-{Place.Layer}-{Place.Task}");

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
