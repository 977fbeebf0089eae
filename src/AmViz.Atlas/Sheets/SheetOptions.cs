namespace AmViz.Atlas;

/// <summary>How sheets look.</summary>
public sealed record SheetOptions
{
    /// <summary>Most columns that a sheet can have.</summary>
    public const int MostColumns = 32;

    /// <summary>Smallest side of a picture in pixels.</summary>
    public const int SmallestTile = 16;

    /// <summary>Largest side of a picture in pixels.</summary>
    public const int LargestTile = 2048;

    /// <summary>Least side of a picture, in pixels, where none is given.</summary>
    public const int DefaultTile = 160;

    /// <summary>Channels that are shown; null (default): all of the layer's that the sweep draws.</summary>
    public ChannelSet? Channels { get; init; }

    /// <summary>Pictures a row, 1 to <see cref="MostColumns"/>. Default: 8.</summary>
    public int Columns { get; init; } = 8;

    /// <summary>
    /// Side of a picture in pixels, for PNG and SVG, <see cref="SmallestTile"/> to <see cref="LargestTile"/>. Smaller ones are enlarged by the smallest whole factor that reaches it; larger
    /// ones are made as small. Null (default): <see cref="DefaultTile"/>, but no picture is made smaller.
    /// </summary>
    public int? Tile { get; init; }

    /// <summary>Which picture comes first. Default: the channel with the lowest number.</summary>
    public SheetOrder Order { get; init; } = SheetOrder.Channel;

    /// <summary>Side of the pictures of a layer on a sheet, in pixels.</summary>
    /// <param name="size">Their own side in pixels.</param>
    internal int SideOf(int size)
        => (Tile ?? DefaultTile) is var tile && tile >= size ? (tile + size - 1) / size * size : Tile ?? size;
}

/// <summary>In which order the pictures of a sheet stand.</summary>
public enum SheetOrder
{
    /// <summary>By channel, then seed.</summary>
    Channel,

    /// <summary>Strongest first; what has no picture comes last.</summary>
    Objective,
}
