using System.Buffers.Binary;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Data;

/// <summary>A column with its numbers.</summary>
/// <param name="Row">What is said of it.</param>
/// <param name="Doc">Its numbers.</param>
internal sealed record FilledColumn(ColumnRow Row, ColumnDoc Doc)
{
    /// <summary>Fills a column.</summary>
    /// <returns>Null if no tile has the number.</returns>
    public static FilledColumn? Of(TileColumn column, IReadOnlyList<Tile> tiles)
    {
        var values = tiles.Select(tile => column.Of(tile) is { } value && float.IsFinite((float)value) ? (float)value : float.NaN).ToArray();
        var known = values.Where(float.IsFinite).ToList();
        return known.Count == 0 ? null : new(new(column.Name, column.Title, column.Meaning, known.Min(), known.Max(), known.Count), new(Encoded(values)));
    }

    private static string Encoded(float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        return Convert.ToBase64String(bytes);
    }
}
