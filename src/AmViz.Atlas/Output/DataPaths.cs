using System.Globalization;

namespace AmViz.Atlas.Output;

/// <summary>Where the files of data and the sprite sheets of an atlas lie. A path of data is below <c>data/</c> and without ".js", that of a sheet below <c>sprites/</c> and without ".webp".</summary>
internal static class DataPaths
{
    /// <summary>What there is.</summary>
    public const string Atlas = "atlas";

    /// <summary>Beginning of the name of every sheet and of all that is numbered.</summary>
    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Folder of a network, of data and of sheets alike.</summary>
    public static string NetworkFolder(SweepId sweep, string model) => $"{sweep}/{PageName.Of(model)}";

    /// <summary>Folder of a layer, of data and of sheets alike.</summary>
    public static string LayerFolder(SweepId sweep, PlannedLayer layer) => $"{NetworkFolder(sweep, layer.Model)}/{PageName.Of(layer.Layer)}";

    /// <summary>A network.</summary>
    public static string Network(SweepId sweep, string model) => $"{NetworkFolder(sweep, model)}/network";

    /// <summary>The head of a layer.</summary>
    public static string Layer(string folder) => $"{folder}/layer";

    /// <summary>What a grid shows of some tiles of a layer.</summary>
    public static string Tiles(string folder, int number) => $"{folder}/tiles-{Number(number)}";

    /// <summary>All that is known of a few tiles of a layer.</summary>
    public static string Records(string folder, int number) => $"{folder}/records-{Number(number)}";

    /// <summary>Labels of all tiles of a layer.</summary>
    public static string Labels(string folder) => $"{folder}/labels";

    /// <summary>A number of all tiles of a layer.</summary>
    public static string Column(string folder, string name) => $"{folder}/columns/{name}";

    /// <summary>The file of a path of data.</summary>
    public static string File(string path) => $"data/{path}.js";

    /// <summary>What the builds of other sweeps must know of a sweep; read by no page.</summary>
    public static string SweepFile(string sweep) => $"data/{sweep}/sweep.json";

    /// <summary>Folder of the sheets of a layer.</summary>
    public static string SheetFolder(string folder) => $"sprites/{folder}";

    /// <summary>The file of a sheet.</summary>
    public static string Sheet(string sheet) => $"sprites/{sheet}.webp";
}
