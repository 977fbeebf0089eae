namespace AmViz.Responses;

/// <summary>Rows and columns of a map, also where its positions are tokens of square patches.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
/// <param name="Prefix">Positions before the first that has a place: class token and registers.</param>
public readonly record struct MapGrid(int Rows, int Columns, int Prefix)
{
    /// <summary>The grid of a layer; a single cell where tokens are not those of a square of patches.</summary>
    public static MapGrid Of(RespondingLayer layer)
    {
        if (!layer.IsTokens)
        {
            return new(layer.Height, layer.Width, 0);
        }

        var side = (int)Math.Round(Math.Sqrt(layer.Height - layer.PrefixTokens));
        return side * side == layer.Height - layer.PrefixTokens ? new(side, side, layer.PrefixTokens) : new(1, 1, layer.Height);
    }

    /// <summary>Row and column of a position; (-1, -1) for what has no place.</summary>
    public (int Row, int Column) Place(int position)
        => position < Prefix ? (-1, -1) : ((position - Prefix) / Columns, (position - Prefix) % Columns);

    /// <summary>The position at a row and column.</summary>
    public int Position(int row, int column) => Prefix + (row * Columns) + column;
}
