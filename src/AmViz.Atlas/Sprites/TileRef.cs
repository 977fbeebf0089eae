namespace AmViz.Atlas.Sprites;

/// <summary>A tile of a sprite sheet.</summary>
/// <param name="Sheet">Path of the sheet below <c>sprites/</c>, without ".webp"; its name changes with its content.</param>
/// <param name="Cell">Place in the sheet, row by row.</param>
internal sealed record TileRef(string Sheet, int Cell);
