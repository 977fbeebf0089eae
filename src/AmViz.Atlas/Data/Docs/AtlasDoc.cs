using AmViz.Atlas.Sprites;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Data;

/// <summary>What an atlas has; <c>AtlasDoc</c> of types.ts, as all records here are named and shaped like its interfaces.</summary>
/// <param name="FormatVersion">See <see cref="CurrentFormatVersion"/>.</param>
/// <param name="Software">Version of AmViz that wrote it.</param>
/// <param name="Sweeps">By their networks, then by their ids.</param>
internal sealed record AtlasDoc(int FormatVersion, string Software, IReadOnlyList<SweepRow> Sweeps)
{
    /// <summary>Of all files of data. To be raised with whatever changes what they hold: layers that are up to date are then written again.</summary>
    public const int CurrentFormatVersion = 1;
}

/// <summary>A sweep in the list of all.</summary>
/// <param name="Sweep">Its id, and the name of its folder.</param>
/// <param name="Recipe">Name of its recipe.</param>
/// <param name="Steps">Of the ascent.</param>
/// <param name="Seeds">Of its pictures.</param>
/// <param name="Networks">In the order of the plan.</param>
internal sealed record SweepRow(string Sweep, string Recipe, int Steps, IReadOnlyList<int> Seeds, IReadOnlyList<NetworkRow> Networks);

/// <summary>A network in the list of a sweep.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Folder">Its folder below that of the sweep.</param>
/// <param name="Weights">SHA-256 of its weights.</param>
/// <param name="Layers">How many are in the atlas.</param>
/// <param name="Tiles">How many.</param>
/// <param name="Counts">Of the tiles by their outcomes.</param>
/// <param name="Cover">Strongest channels of layers spread over the network.</param>
/// <param name="Version">Changes with everything that its own file holds.</param>
internal sealed record NetworkRow(
    string Model, string Folder, string Weights, int Layers, int Tiles, IReadOnlyDictionary<TileState, int> Counts, IReadOnlyList<TileRef> Cover, string Version);
