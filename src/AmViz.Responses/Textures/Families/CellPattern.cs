using System.Numerics;

namespace AmViz.Responses.Textures.Families;

/// <summary>A plane divided among scattered points, each point owning what is nearest to it (Voronoi cells).</summary>
internal readonly struct CellPattern(float spacing, uint salt)
{
    /// <summary>The lattice cell of the owner, and by how many pixels the second nearest point is farther away.</summary>
    public (int Column, int Row, float Lead) At(Vector2 position)
    {
        var p = position / spacing;
        int column = (int)MathF.Floor(p.X), row = (int)MathF.Floor(p.Y);
        float nearest = float.MaxValue, second = float.MaxValue;
        var (ownerColumn, ownerRow) = (column, row);
        for (var r = row - 1; r <= row + 1; r++)
        {
            for (var c = column - 1; c <= column + 1; c++)
            {
                var distance = Vector2.Distance(p, Point(c, r));
                if (distance < nearest)
                {
                    (second, nearest, ownerColumn, ownerRow) = (nearest, distance, c, r);
                }
                else
                {
                    second = MathF.Min(second, distance);
                }
            }
        }
        return (ownerColumn, ownerRow, (second - nearest) * spacing);
    }

    // Kept away from the sides of its lattice cell, so that no two points fall together.
    private Vector2 Point(int column, int row) => new(
        column + 0.15f + 0.7f * Lattice.At(column, row, salt),
        row + 0.15f + 0.7f * Lattice.At(column, row, salt + 1));
}
