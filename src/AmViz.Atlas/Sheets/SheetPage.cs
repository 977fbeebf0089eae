using AmViz.Imaging;

namespace AmViz.Atlas.Sheets;

/// <summary>A page: its size, and what stands where on it, from the top left corner, in pixels or points.</summary>
internal sealed record SheetPage(int Width, int Height, IReadOnlyList<SheetText> Texts, IReadOnlyList<PlacedCell> Cells);

/// <summary>A line of text.</summary>
/// <param name="X">Where it begins, has its middle, or ends.</param>
/// <param name="Y">Its base line.</param>
/// <param name="Size">Size of the font.</param>
/// <param name="Side">Which end of it <paramref name="X"/> is.</param>
/// <param name="Text">One line.</param>
internal sealed record SheetText(double X, double Y, double Size, TextSide Side, string Text);

/// <summary>A picture, or the frame that stands for it; square.</summary>
/// <param name="X">Left.</param>
/// <param name="Y">Top.</param>
/// <param name="Side">Width and height.</param>
/// <param name="Picture">Null: a frame.</param>
/// <param name="Description">For those who do not see it.</param>
internal sealed record PlacedCell(double X, double Y, double Side, Picture? Picture, string Description);

/// <summary>Which end of a text a place is.</summary>
internal enum TextSide
{
    /// <summary>It begins there.</summary>
    Start,

    /// <summary>Its middle is there.</summary>
    Middle,

    /// <summary>It ends there.</summary>
    End,
}
